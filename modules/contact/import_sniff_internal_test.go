package contact

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// tables of people with their names as they are, each with the encodings that
// programs of their countries write.
var tables = map[string]struct {
	text      string
	encodings []string
}{
	"german":                                 {"Name;Ort\nJürgen Müller;Köln\nUte Jäger;München\nHeiß Schröder;Görlitz\nÖzil Österreicher;Würzburg\n", []string{encoding1252, encodingLatin9, encodingMac, encoding1250, encodingLatin2}},
	"spanish":                                {"Nombre,Apellidos\nJosé,García Núñez\nMaría,Fernández\nÁngel,Muñoz\nBegoña,Ibáñez\n", []string{encoding1252, encodingLatin9, encodingMac}},
	"french":                                 {"Prénom;Nom\nHélène;Lefèvre\nFrançois;Benoît\nJérôme;Côté\nZoë;Desprès\n", []string{encoding1252, encodingLatin9, encodingMac}},
	"swedish":                                {"Namn;Ort\nÅsa Sjöberg;Malmö\nGöran Lindström;Västerås\nBjörn Ångström;Örebro\n", []string{encoding1252, encodingLatin9, encodingMac}},
	"portuguese":                             {"Nome;Cidade\nJoão Gonçalves;São Paulo\nInês Simões;Brasília\nAntónio Falcão;Maceió\n", []string{encoding1252, encodingLatin9, encodingMac}},
	"polish":                                 {"Imię;Nazwisko\nŁukasz;Wałęsa\nStanisław;Żółkiewski\nGrażyna;Wójcik\nJoanna;Dąbrowska\nWiesław;Kamiński\n", []string{encoding1250, encodingLatin2}},
	"czech":                                  {"Jméno;Příjmení\nJiří;Dvořák\nLukáš;Novotný\nRůžena;Němcová\nŽaneta;Šťastná\nZdeněk;Král\n", []string{encoding1250, encodingLatin2}},
	"hungarian":                              {"Név;Város\nLászló Szűcs;Győr\nErzsébet Kővári;Hódmezővásárhely\nÖrs Fűző;Szőlősgyörök\n", []string{encoding1250, encodingLatin2}},
	"russian":                                {"Имя;Город\nАлександр Смирнов;Москва\nЕкатерина Кузнецова;Екатеринбург\nДмитрий Щербаков;Пермь\n", []string{encoding1251}},
	"ukrainian":                              {"Ім'я;Місто\nОлександр Шевченко;Київ\nНаталія Коваленко;Львів\nЮрій Гриценко;Запоріжжя\n", []string{encoding1251}},
	"japanese":                               {"氏名,電話番号,住所\n佐藤 健,03-1234-5678,東京都渋谷区\n鈴木 花子,06-1234-5678,大阪府大阪市\n高橋 美咲,052-123-4567,愛知県名古屋市\n", []string{encodingShiftJIS, encodingEUCJP}},
	"japanese in katakana":                   {"名前,フリガナ\n山田 太郎,ヤマダ タロウ\n渡辺 さくら,ワタナベ サクラ\n", []string{encodingShiftJIS, encodingEUCJP}},
	"japanese in katakana of half the width": {"氏名,ﾌﾘｶﾞﾅ\n山田 太郎,ﾔﾏﾀﾞ ﾀﾛｳ\n渡辺 直美,ﾜﾀﾅﾍﾞ ﾅｵﾐ\n", []string{encodingShiftJIS}},
	"chinese":                                {"姓名,电话,公司\n王伟,13800138000,上海科技有限公司\n李娜,13900139000,北京贸易有限公司\n张敏,13700137000,深圳市\n", []string{encodingGB18030}},
	"chinese in Taiwan":                      {"姓名,電話,公司\n陳怡君,0912345678,台北科技股份有限公司\n林志豪,0922345678,高雄貿易有限公司\n黃雅婷,0933345678,新竹市\n", []string{encodingBig5}},
	"korean":                                 {"이름,전화번호,회사\n김민수,010-1234-5678,서울상사\n이영희,010-2345-6789,부산무역\n박지훈,010-3456-7890,대구전자\n", []string{encodingEUCKR}},
}

func TestAFilesEncodingIsToldByWhatItsLettersSay(t *testing.T) {
	t.Parallel()
	for name, table := range tables {
		for _, written := range table.encodings {
			bytes, err := decoders[written].NewEncoder().String(table.text)
			if err != nil {
				t.Fatal(name, written, err)
			}
			if as, sure, err := sniffEncoding(strings.NewReader(bytes)); err != nil || !sure || readIn(as, bytes) != table.text {
				t.Errorf("%s in %s is taken for %s, surely %v: %v", name, written, as, sure, err)
			}
			for line := range strings.Lines(bytes) { // of few letters much is possible: then it has to say so
				as, sure, err := sniffEncoding(strings.NewReader(line))
				if meant := readIn(written, line); err != nil || sure && readIn(as, line) != meant {
					t.Errorf("%s in %s is surely taken for %s: %v", meant, written, as, err)
				}
			}
		}
	}
}

func TestAnEncodingThatNoImportReadsIsSaidToBeUncertain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		as   encoding.Encoding
	}{
		"greek":             {"Όνομα;Πόλη\nΓιώργος Παπαδόπουλος;Αθήνα\nΜαρία Οικονόμου;Θεσσαλονίκη\nΚώστας Δημητρίου;Πάτρα\n", charmap.Windows1253},
		"turkish":           {"Ad;Şehir\nIşık Yılmaz;İstanbul\nŞahin Öztürk;Eskişehir\nAyşe Doğan;Muğla\n", charmap.Windows1254},
		"hebrew":            {"שם;עיר\nדוד כהן;ירושלים\nשרה לוי;חיפה\nיוסף מזרחי;תל אביב\n", charmap.Windows1255},
		"arabic":            {"الاسم;المدينة\nمحمد أحمد;القاهرة\nفاطمة علي;بغداد\n", charmap.Windows1256},
		"russian in KOI8-R": {"Имя;Город\nАлександр Смирнов;Москва\nЕкатерина Кузнецова;Екатеринбург\nДмитрий Щербаков;Пермь\n", charmap.KOI8R},
		"russian of DOS":    {"Имя;Город\nАлександр Смирнов;Москва\nЕкатерина Кузнецова;Екатеринбург\nДмитрий Щербаков;Пермь\n", charmap.CodePage866},
		"german of DOS":     {"Name;Ort\nJürgen Müller;Köln\nUte Jäger;München\nHeiß Schröder;Görlitz\nÖzil Österreicher;Würzburg\n", charmap.CodePage850},
		"one name in the Macintosh's, which is as good in central Europe's": {"Name\nM\x9fller\n", nil},
		"one name with a letter that is another in Polish":                  {"Name\nNu\xf1ez\n", nil},
	} {
		text := c.text
		if c.as != nil {
			var err error
			if text, err = c.as.NewEncoder().String(text); err != nil {
				t.Fatal(name, err)
			}
		}
		if as, sure, err := sniffEncoding(strings.NewReader(text)); err != nil || sure {
			t.Errorf("%s is surely taken for %s: %q, %v", name, as, readIn(as, text), err)
		}
	}
}

func readIn(name, bytes string) string {
	text, err := decoders[name].NewDecoder().String(bytes)
	if err != nil {
		return err.Error()
	}
	return text
}
