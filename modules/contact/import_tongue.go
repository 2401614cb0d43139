package contact

import "unicode"

// The letters beyond ASCII of languages, as their orthographies have them.
const (
	german     = "äöüß"
	french     = "éèêëàâçîïôùûœ"
	spanish    = "áéíóúñü"
	portuguese = "ãáàâçéêíóôõú"
	italian    = "àèéìòù"
	danish     = "æøåé"
	swedish    = "åäöé"
	estonian   = "äöüõšž"
	catalan    = "àçèéíïòóúü"
	icelandic  = "áðéíóúýþæö" // in Windows-1252 Turkish, which has an encoding of its own, looks like it
	polish     = "ąćęłńóśźż"
	czech      = "áčďéěíňóřšťúůýž"
	slovak     = "áäčďéíľňóôšťúýž"
	hungarian  = "áéíóöőúüű"
	romanian   = "ăâîşţ"
	croatian   = "čćđšž"
)

var (
	western = latin(german, french, spanish, portuguese, italian, danish, swedish, estonian, catalan, icelandic)
	central = latin(german, polish, czech, slovak, hungarian, romanian, croatian)
)

// tongues are the encodings between which a file that is no Unicode is judged, the
// likelier first where two read the same.
var tongues = []tongue{
	{encoding1252, 0, -4.2, western},
	{encoding1250, -1, -4.2, central},
	{encoding1251, -1, -3.9, cyrillic},
	{encodingLatin9, -2, -4.2, western},
	{encodingLatin2, -2.5, -4.2, central},
	{encodingMac, -2, -4.2, western},
	{encodingShiftJIS, -1, -8.6, eastern(japaneseUsual, kana, 170)},
	{encodingEUCJP, -3, -8.6, eastern(japaneseUsual, kana, 170)},
	{encodingGB18030, -1, -8.6, eastern(simplifiedUsual, unicode.Bopomofo, 37)},
	{encodingBig5, -1.5, -8.6, eastern(traditionalUsual, unicode.Bopomofo, 37)},
	{encodingEUCKR, -1, -8.6, eastern(koreanUsual, unicode.Hangul, 2350)},
}

var kana = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x3041, Hi: 0x30fe, Stride: 1}}}

// russian is how often a letter of Cyrillic stands in a Russian text; the others,
// of Ukrainian, Bulgarian and Serbian, are rare enough to be taken for one.
var russian = map[rune]float64{
	'о': .110, 'е': .085, 'а': .080, 'и': .074, 'н': .067, 'т': .063, 'с': .055, 'р': .047, 'в': .045, 'л': .044, 'к': .035, 'м': .032,
	'д': .030, 'п': .028, 'у': .026, 'я': .020, 'ы': .019, 'ь': .017, 'г': .017, 'з': .016, 'б': .016, 'ч': .014, 'й': .012, 'х': .010,
	'ж': .009, 'ш': .007, 'ю': .006, 'ц': .005, 'щ': .004, 'э': .003, 'ф': .003, 'ё': .002, 'і': .010, 'ї': .004, 'є': .004,
}

// The letters that names, places and headings of tables are mostly written with.
const (
	japaneseUsual = "佐藤鈴木高橋田中伊渡辺邊邉山本村小林加吉口松井斎齋斉清崎森池阿部石川前橋岡長谷後近遠坂青西福太三原野島嶋河上下大内金新今千葉久保菅武杉工丸市安増平宮和横関浅須永岩谷桜荒竹中星古馬場服土" +
		"郎子美一二三四五六七八九十健翔陽奈花結愛真由香恵裕介輔樹拓也哉介明正博雄夫男浩幸彦司誠隆茂弘義信孝洋和生里菜優衣沙織智紀之直人大輝悠斗蓮湊葵凛咲桃莉杏麻理絵友佳加代千尋純光秀敏昭治" +
		"姓名氏前電話番号住所郵便会社名株式有限先東京都大阪府北海道県市区町丁目番地号日本様宛備考性別男女年月生業員部課長" +
		"神奈埼玉愛知兵庫福岡広島静茨城栃群馬新潟宮城仙台横浜名古屋札幌港渋新宿品目黒世田谷中央"
	simplifiedUsual = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚" +
		"伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文志新海燕云春梅飞鹏宇浩然子涵欣怡梓晨晓雨佳思雪琳婷婕颖慧莹俊凯峰东辉鑫博瑞轩泽天一成永光荣" +
		"姓名电话手机号码邮箱邮件地址公司标签客户来源备注性别男女生日城市省市区县路街道号楼室单元栋大厦北京上海广州深圳杭州南京成都重庆武汉西安苏州天津有限科技贸易经理部" +
		"的是不了在人有我他这中上下来到时个们出年小"
	traditionalUsual = "陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余盧梁趙顏柯孫魏翁戴范宋方鄧杜傅侯曹薛丁馬蔣唐卓藍馮姚石董紀歐程連古汪湯姜田康鄒白涂尤巫韓龔嚴袁" +
		"家豪志明俊傑建宏冠宇承恩怡君雅婷淑芬美玲惠雯詠晴佳穎欣怡子涵品妍宗翰柏翰信宏文雄國華秀英麗珍玉鳳春金水木火土生福德仁義禮智" +
		"偉強軍勇艷娟濤超霞平剛桂蘭紅海燕雲梅飛鵬浩然曉雨思雪琳慧瑩凱峰東輝瑞軒澤天一成永光榮嘉詩婉儀" +
		"姓名電話手機號碼郵箱信箱郵件地址公司標籤客戶來源備註性別男女生日城市縣市區鄉鎮路街巷弄號樓室段大廈台臺北中南高雄新竹桃園香港九龍有限股份科技貿易經理部" +
		"的是不了在人有我他這上下來到時個們出年小"
	koreanUsual = "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길위표명기반왕금옥육인맹제모탁국어은편용" +
		"영수철미경숙희순자호준서연지민현우진아윤하은예나채원유빈도시후건재훈상동혁태규석광병형대일혜선주정화란향애림솔별보라슬기다가람찬승종창환" +
		"이름성명전화번호휴대폰핸드폰메일주소회사직함태그고객생년월일남여시구동로길번지층아파트서울부산대구인천광주대전울산경기강원충청전라제주특별광역도읍면리담당출처비고사업부팀과장님"
)
