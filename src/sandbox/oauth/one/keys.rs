//! The key pair of the application link that is there from the start.
//!
//! Must never be in here: a key that opens anything but a sandbox.

/// What the consumer signs with, as PKCS#8. It is known to everybody who has crosstie's source.
pub(crate) const PRIVATE_KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC00ltQtthS1Iiv
fGwwRdAWBpFXlmPI4BQb1TKy8x0sQWWHLH1uOgZsaPyVX2cjpqRvctjjv/taKmdn
xQN2JAYWmiPhwWsWYVmkcIeRthSEnJSMypvSqAGSprbvCt5QojFGdrKvGKu6u5bY
sh4BBGlIPa4FPk4j/4YFi0oeWN60QWDKN9ANawFcZ9oe9h4xs1dr2TdZaevGe8o/
AQpcDOx/JEP0CU3ijVeR/gDAdH5WWY4k/AKRUUfaES7UjcRQXfOWj0mHSePW/+mR
ocr4Ot+o9muvpVIKfX1WjxMpow4b+UizBjaCpXb1kjFod8r2AOfQIFKEuFJxWos/
hOyqPkW5AgMBAAECggEAMKBBHjuNgPjWqRp0naaohsPNYhh3TRW1UqbKs4TdW4Fa
pDc6o+HGyHCTPDgjrFqr7ayc1uJR3bV5iVZZz/NwD7Pz4kn5WlNjn+0DCBRHAEJ7
UEFMFiJICf/7Qd1SW6zCQ4i4FI414EmCD1QW7X8aMOslWROgP93/VI5YqECN4zsd
2sWuAUzJe+coKNVsALmy6Ygd0S9lbxqu9kaJaF9mnmwO1CC0vyDyePc7Gcs/sZw3
6/8binxvGnbJAf5vzwtsSpYzhxfQkkxvxTuYEml4/texvzXI+/j61ywEk4BgomFR
viZZNZCQESeRtkzref071vN/9Pexg+0WZ4RKBz5oYQKBgQDeu2NkgQ5+/kVyaygF
MCsKazGxoeVjVQYQfyNocCM784nAdmHbRXWNm66I4wT4X/ldviUEYmoyJFuaCTfJ
NIo78uT+czO+D4ks0moHQIqC9Mj+NcPtvEG+U8LtROHWEf/D1FBmuuElopmJ0QXe
TKQddQjTGmAYl1YXXzTdR7KY6wKBgQDP1HGEqdZAeCexByjInnFbBDZ20t3McexI
b3z0U6wdk9C0htdPwSZoUm+21VNDieZEgIkGpJ5u+KyVP27SlvUizzS4lUIT+BS/
C/sHQv8ZiFurMmvKE2ewXes8j4EhOQJoLMx7IEoarsdXjqIfsQWNSY3tOPZnPDsm
w+tnasoy6wKBgAjHS/CPIZohvWz4CjjCIEAl32yH2/mhRT7rM+MO4GShgaFjSRIS
V8LACw38HJsJdVObhev5UQQu6KlWiatVdclNFnds5PItvJNWq7UjdxIYQb+7MMCy
9chhlsIxP9FnHjSCrrSN0wffs7t50IhlbuZ2UWW4mWb+t/bt2rCJ/eEHAoGBAIra
e0WRWy4TmSEzkVIIWd/ffqwA0mNnsd/rbOaoiJPyUDxs4qnMeGa2vSDAgjLbjVcz
MVmY3qlxx4ynptlYNkudeLHiNxW0Z9gEnyEI5/sdGXHV7CJEuMAi36nEjxetSShk
1fFlb11IbLLY/wSBdx4giIx3xFjQ6wxJVZvww0slAoGAf3bEEnLsSgOMPN4HvhgO
YZfgYCUfQO4SyJ/jufS5xOu3Rb0t/LEp5hL+VKO4/j1G4jySDgCWuU6dOeOMyHPd
ztd7ZQe7689BrD1bTk3v9XctH59QRnlROxYEWzVKwvBng4ak8YSwRnrFZ93SfTLX
lqUjnTcptZcPSDHR1EL6ioo=
-----END PRIVATE KEY-----
";

/// What the application link verifies with.
pub(crate) const PUBLIC_KEY: &str = "\
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtNJbULbYUtSIr3xsMEXQ
FgaRV5ZjyOAUG9UysvMdLEFlhyx9bjoGbGj8lV9nI6akb3LY47/7WipnZ8UDdiQG
Fpoj4cFrFmFZpHCHkbYUhJyUjMqb0qgBkqa27wreUKIxRnayrxiruruW2LIeAQRp
SD2uBT5OI/+GBYtKHljetEFgyjfQDWsBXGfaHvYeMbNXa9k3WWnrxnvKPwEKXAzs
fyRD9AlN4o1Xkf4AwHR+VlmOJPwCkVFH2hEu1I3EUF3zlo9Jh0nj1v/pkaHK+Drf
qPZrr6VSCn19Vo8TKaMOG/lIswY2gqV29ZIxaHfK9gDn0CBShLhScVqLP4Tsqj5F
uQIDAQAB
-----END PUBLIC KEY-----
";
