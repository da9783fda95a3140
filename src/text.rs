//! Text from outside made safe for a terminal, and measured in cells.
