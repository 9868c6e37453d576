//! What generated programs and people are called.

/// A kind of shop.
pub(super) struct Trade {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) english: &'static str,
    pub(super) industry: &'static str,
    pub(super) tagline: &'static str,
    pub(super) description: &'static str,
}

pub(super) const TRADES: [Trade; 4] = [
    Trade {
        key: "coffee",
        name: "咖啡",
        english: "Coffee",
        industry: "餐饮/咖啡",
        tagline: "每天一杯好咖啡，幸福每一天",
        description: "在线点单，到店即取。现磨咖啡、季节特调和手工甜点，附近门店一目了然，积分自动累计。",
    },
    Trade {
        key: "delivery",
        name: "外卖",
        english: "Delivery",
        industry: "餐饮/外卖",
        tagline: "热饭热菜三十分钟送到门口",
        description: "附近门店现做现送，骑手位置实时可见。早餐、下午茶和办公室团单，一个页面全部搞定。",
    },
    Trade {
        key: "bakery",
        name: "烘焙",
        english: "Bakery",
        industry: "餐饮/面包甜点",
        tagline: "清晨六点，面包刚刚出炉",
        description: "吐司、可颂和生日蛋糕，提前一天预订，早上到店自取。每款都写明原料，库存实时更新。",
    },
    Trade {
        key: "academy",
        name: "学堂",
        english: "Academy",
        industry: "教育/职业培训",
        tagline: "零基础也能学会的手艺课",
        description: "周末开课，小班教学，从第一步到独立完成。报名、选课和结业证书都在这里，随时可以改期。",
    },
];

pub(super) const LOGOS: [(&str, &[u8]); 4] = [
    ("coffee", include_bytes!("../../examples/coffee-chain/logos/coffee.png")),
    ("delivery", include_bytes!("../../examples/coffee-chain/logos/delivery.png")),
    ("bakery", include_bytes!("../../examples/coffee-chain/logos/bakery.png")),
    ("academy", include_bytes!("../../examples/coffee-chain/logos/academy.png")),
];

pub(super) const CITIES: [(&str, &str); 8] = [
    ("杭州", "Hangzhou"),
    ("上海", "Shanghai"),
    ("成都", "Chengdu"),
    ("昆明", "Kunming"),
    ("厦门", "Xiamen"),
    ("西安", "Xian"),
    ("南京", "Nanjing"),
    ("青岛", "Qingdao"),
];

pub(super) const SURNAMES: [(&str, &str); 16] = [
    ("王", "wang"),
    ("李", "li"),
    ("张", "zhang"),
    ("刘", "liu"),
    ("陈", "chen"),
    ("杨", "yang"),
    ("黄", "huang"),
    ("赵", "zhao"),
    ("吴", "wu"),
    ("周", "zhou"),
    ("徐", "xu"),
    ("孙", "sun"),
    ("马", "ma"),
    ("朱", "zhu"),
    ("胡", "hu"),
    ("林", "lin"),
];

pub(super) const GIVEN_NAMES: [(&str, &str); 15] = [
    ("伟", "wei"),
    ("芳", "fang"),
    ("敏", "min"),
    ("静", "jing"),
    ("磊", "lei"),
    ("洋", "yang"),
    ("艳", "yan"),
    ("杰", "jie"),
    ("娟", "juan"),
    ("涛", "tao"),
    ("明", "ming"),
    ("超", "chao"),
    ("秀英", "xiuying"),
    ("晓东", "xiaodong"),
    ("雪梅", "xuemei"),
];
