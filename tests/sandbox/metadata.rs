//! What a site says of itself, in each flavour's shape.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Jira, got};

async fn both() -> [Jira; 2] {
    [Jira::cloud().await, Jira::data_center().await]
}

#[tokio::test]
async fn server_info_tells_the_flavours_apart() {
    let [cloud, data_center] = both().await;
    let info = cloud.anonymous("serverInfo").await.json();
    assert_eq!(
        (&info["deploymentType"], &info["version"]),
        (&json!("Cloud"), &json!("1001.0.0-SNAPSHOT"))
    );
    assert!(info["serverTimeZone"].is_string());
    assert_eq!(info["serverTime"], "2026-11-20T10:30:00.000+0100");
    let info = data_center.anonymous("serverInfo").await.json();
    assert_eq!(
        (&info["deploymentType"], &info["version"]),
        (&json!("Server"), &json!("10.3.24"))
    );
    assert_eq!(info["versionNumbers"], json!([10, 3, 24]));
    assert!(info["serverTimeZone"].is_object());
    let v2 = format!("{}/rest/api/2/serverInfo", cloud.sandbox.url());
    assert_eq!(
        got(cloud.bare(Method::GET, &v2)).await.json()["deploymentType"],
        "Cloud"
    );
}

#[tokio::test]
async fn a_wrong_path_is_told_in_each_flavours_way() {
    let [cloud, data_center] = both().await;
    let problem = cloud.get("nosuch/thing").await;
    assert_eq!(
        (problem.status, problem.header("content-type")),
        (404, Some("application/problem+json"))
    );
    assert_eq!(problem.json()["detail"], "No endpoint GET /rest/api/3/nosuch/thing.");
    let page = data_center.get("nosuch/thing").await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (404, Some("text/html;charset=UTF-8"))
    );
    assert_eq!(cloud.send(Method::DELETE, "field", &json!({})).await.status, 405);
}

#[tokio::test]
async fn lists_are_bare_and_complete() {
    for jira in both().await {
        let fields = jira.json("field").await;
        let summary = fields
            .as_array()
            .unwrap()
            .iter()
            .find(|field| field["id"] == "summary")
            .unwrap();
        assert_eq!(
            (&summary["custom"], &summary["schema"]["system"]),
            (&json!(false), &json!("summary"))
        );
        let custom = fields
            .as_array()
            .unwrap()
            .iter()
            .find(|field| field["custom"] == true)
            .unwrap();
        assert!(custom["schema"]["customId"].is_number() && custom["schema"]["custom"].is_string());
        for (path, parts) in [
            ("priority", &["id", "name", "iconUrl", "statusColor"][..]),
            ("status", &["id", "name", "statusCategory"]),
            ("resolution", &["id", "name", "description"]),
            ("issuetype", &["id", "name", "subtask", "iconUrl"]),
            ("project", &["id", "key", "name", "projectTypeKey", "avatarUrls"]),
        ] {
            let list = jira.json(path).await;
            let list = list.as_array().unwrap();
            assert!(!list.is_empty(), "{path}");
            for item in list {
                assert!(parts.iter().all(|part| item.get(part).is_some()), "{path}: {item}");
                assert!(item["id"].is_string(), "{path}: ids are strings");
            }
        }
        let categories = jira.json("statuscategory").await;
        let categories: Vec<(&Value, &Value)> = categories
            .as_array()
            .unwrap()
            .iter()
            .map(|category| (&category["id"], &category["key"]))
            .collect();
        let expected =
            [(1, "undefined"), (2, "new"), (4, "indeterminate"), (3, "done")].map(|(id, key)| (json!(id), json!(key)));
        assert_eq!(
            categories,
            expected.iter().map(|(id, key)| (id, key)).collect::<Vec<_>>()
        );
        assert!(jira.json("issueLinkType").await["issueLinkTypes"][0]["inward"].is_string());
        assert_eq!(jira.json("attachment/meta").await["enabled"], true);
    }
}

#[tokio::test]
async fn cloud_pages_have_their_five_fields() {
    let jira = Jira::cloud().await;
    for path in [
        "project/search?maxResults=2",
        "priority/search",
        "label",
        "statuses/search",
        "resolution/search",
    ] {
        let page = jira.json(path).await;
        for part in ["values", "isLast", "total", "startAt", "maxResults"] {
            assert!(page.get(part).is_some(), "{path} lacks {part}");
        }
    }
    let page = jira.json("project/search?maxResults=2&startAt=0&expand=lead").await;
    assert_eq!(
        (page["values"].as_array().unwrap().len(), &page["isLast"]),
        (2, &json!(false))
    );
    assert!(page["nextPage"].is_string() && page["values"][0]["lead"].is_object());
    let key = page["values"][1]["key"].as_str().unwrap();
    assert_eq!(jira.json(&format!("project/search?keys={key}")).await["total"], 1);
    assert!(jira.json("label").await["values"][0].is_string());
}

#[tokio::test]
async fn a_project_has_components_versions_and_statuses_by_type() {
    for jira in both().await {
        let key = jira.key(0).split('-').next().unwrap().to_owned();
        let project = jira.json(&format!("project/{key}")).await;
        assert!(project["lead"].is_object() && project["issueTypes"].is_array());
        let components = jira.json(&format!("project/{key}/components")).await;
        assert_eq!(components[0]["project"], key.as_str());
        assert!(jira.json(&format!("project/{key}/versions")).await[0]["projectId"].is_number());
        let statuses = jira.json(&format!("project/{key}/statuses")).await;
        assert!(statuses[0]["statuses"][0]["statusCategory"]["key"].is_string());
        assert_eq!(
            jira.get(&format!("project/{}", key.to_lowercase())).await.status,
            404,
            "keys are case-sensitive here"
        );
        assert_eq!(jira.anonymous(&format!("project/{key}")).await.status, 404);
    }
}

#[tokio::test]
async fn create_metadata_comes_in_two_envelopes() {
    let [cloud, data_center] = both().await;
    for (jira, types_in, fields_in) in [(&cloud, "issueTypes", "fields"), (&data_center, "values", "values")] {
        let key = jira.key(0).split('-').next().unwrap().to_owned();
        let types = jira.json(&format!("issue/createmeta/{key}/issuetypes")).await;
        assert_eq!(types.get("isLast").is_some(), types_in == "values");
        let id = types[types_in][0]["id"].as_str().unwrap();
        let page = jira
            .json(&format!("issue/createmeta/{key}/issuetypes/{id}?maxResults=100"))
            .await;
        let fields = page[fields_in].as_array().unwrap();
        assert_eq!(page["total"], fields.len());
        let field = |name: &str| fields.iter().find(|field| field["fieldId"] == name).unwrap();
        assert_eq!(field("summary")["required"], true);
        assert!(!field("priority")["allowedValues"].as_array().unwrap().is_empty());
        assert_eq!(field("labels")["operations"], json!(["add", "set", "remove"]));
        assert_eq!(
            jira.get(&format!("issue/createmeta/{key}/issuetypes/0")).await.status,
            404
        );
        let edit = jira.json(&format!("issue/{}/editmeta", jira.key(0))).await;
        assert!(edit["fields"]["summary"]["schema"].is_object());
    }
    let key = cloud.key(0).split('-').next().unwrap().to_owned();
    let long = cloud
        .get(&format!("issue/createmeta/{key}/issuetypes?maxResults=201"))
        .await;
    assert_eq!(
        (long.status, long.message().as_str()),
        (400, "Parameter 'maxResults' must not exceed the limit '200'")
    );
}

#[tokio::test]
async fn permissions_are_asked_for_on_cloud_and_listed_on_data_center() {
    let [cloud, data_center] = both().await;
    assert_eq!(cloud.get("mypermissions").await.status, 400);
    let unknown = cloud.get("mypermissions?permissions=BROWSE_PROJECTS,FLY").await;
    assert_eq!(
        (unknown.status, unknown.json()),
        (
            400,
            json!({"errorMessages": [], "errors": {"FLY": "Unrecognized permission"}})
        )
    );
    let two = cloud
        .json("mypermissions?permissions=BROWSE_PROJECTS,CREATE_ISSUES")
        .await;
    assert_eq!(two["permissions"].as_object().unwrap().len(), 2);
    assert_eq!(two["permissions"]["BROWSE_PROJECTS"]["havePermission"], true);
    let nobody = cloud
        .anonymous("mypermissions?permissions=BROWSE_PROJECTS")
        .await
        .json();
    assert_eq!(nobody["permissions"]["BROWSE_PROJECTS"]["havePermission"], false);
    assert_eq!(
        cloud
            .get("mypermissions?permissions=BROWSE_PROJECTS&projectKey=NOSUCH")
            .await
            .status,
        404
    );
    let all = data_center.json("mypermissions?permissions=FLY").await;
    assert!(all["permissions"].as_object().unwrap().len() > 20);
}

#[tokio::test]
async fn people_are_found_by_each_flavours_parameters() {
    let [cloud, data_center] = both().await;
    let id = cloud.sandbox.credentials().account_id;
    let found = cloud.json("user/search?query=rob").await;
    assert_eq!(
        (found.as_array().unwrap().len(), &found[0]["accountId"]),
        (1, &json!(id))
    );
    assert_eq!(
        cloud.json("user/search?query=obin").await,
        json!([]),
        "only beginnings of words"
    );
    assert_eq!(cloud.get("user/search").await.status, 400);
    assert_eq!(
        cloud.get(&format!("user/search?query=r&accountId={id}")).await.status,
        400
    );
    assert_eq!(
        cloud.json(&format!("user/bulk?accountId={id}&accountId=nobody")).await["total"],
        1
    );
    assert_eq!(
        cloud.json(&format!("user?accountId={id}")).await["displayName"],
        "Robin Example"
    );
    assert_eq!(cloud.get("user?accountId=nobody").await.status, 404);
    assert_eq!(cloud.anonymous("user/search?query=rob").await.json(), json!([]));
    let project = cloud.key(0).split('-').next().unwrap().to_owned();
    assert!(
        cloud
            .json(&format!("user/assignable/search?project={project}"))
            .await
            .as_array()
            .unwrap()
            .len()
            > 5
    );
    assert_eq!(cloud.get("user/assignable/search?query=r").await.status, 400);

    assert!(
        data_center
            .json("user/search?username=.")
            .await
            .as_array()
            .unwrap()
            .len()
            > 5
    );
    assert_eq!(data_center.json("user/search?username=obin").await[0]["name"], "robin");
    assert_eq!(data_center.get("user/search?query=rob").await.status, 400);
    let robin = data_center.json("user?username=robin&expand=groups").await;
    assert_eq!(robin["deleted"], false);
    assert!(robin["groups"]["size"].as_u64().unwrap() > 0, "{robin}");
}

#[tokio::test]
async fn completion_knows_fields_functions_and_values() {
    for jira in both().await {
        let data = jira.json("jql/autocompletedata").await;
        let fields = data["visibleFieldNames"].as_array().unwrap();
        let status = fields.iter().find(|field| field["value"] == "status").unwrap();
        assert_eq!(
            (&status["auto"], &status["orderable"]),
            (&json!("true"), &json!("true"))
        );
        assert!(status["operators"].as_array().unwrap().contains(&json!("changed")));
        assert!(
            fields
                .iter()
                .any(|field| field["cfid"].as_str().is_some_and(|id| id.starts_with("cf[")))
        );
        assert!(
            data["visibleFunctionNames"]
                .as_array()
                .unwrap()
                .iter()
                .any(|f| f["value"] == "currentUser()")
        );
        assert!(data["jqlReservedWords"].as_array().unwrap().len() > 100);
        let found = jira
            .json("jql/autocompletedata/suggestions?fieldName=statusCategory&fieldValue=in")
            .await;
        let found = found["results"].as_array().unwrap();
        if !found.is_empty() {
            assert_eq!(
                found[0],
                json!({"value": "In Progress", "displayName": "<b>In</b> Progress"})
            );
        }
        let people = jira
            .json("jql/autocompletedata/suggestions?fieldName=assignee&fieldValue=rob")
            .await;
        assert_eq!(people["results"][0]["displayName"], "<b>Rob</b>in Example");
        assert_eq!(jira.get("jql/autocompletedata/suggestions").await.status, 400);
    }
}
