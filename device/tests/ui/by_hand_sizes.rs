use devmodel::manual::Access;

const ODD: Access = Access::new().valid(1, 3);
const TURNED: Access = Access::new().implemented(4, 2);

fn main() {
    let _ = (ODD, TURNED);
}
