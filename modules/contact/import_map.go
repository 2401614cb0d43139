package contact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
)

// The fields that a column may mean. "" is none.
const (
	importID         = "id" // of a contact here
	importFirstName  = "first_name"
	importLastName   = "last_name"
	importName       = "name" // first and last in one
	importEmail      = "email"
	importPhone      = "phone"
	importCompany    = "company" // its name: found, or made once
	importWebsite    = "website" // of that company
	importOwner      = "owner"   // a member's e-mail address or name
	importTags       = "tags"    // by commas or semicolons
	importDND        = "dnd"
	importConsent    = "consent"
	importConsentAt  = "consent_at"
	importConsentSrc = "consent_source"
	importConsentTxt = "consent_text"
)

// ImportFields lists what a column may mean, beside custom.<key>; email and phone
// may come several times: the first is the primary one.
var ImportFields = []string{
	importID, importCompany, importFirstName, importLastName, importName, importEmail, importPhone, importTags, importOwner, importWebsite, "source", "job_title", "street", "city",
	"region", "postal_code", "country", "timezone", "birthday", importDND,
	importConsent, importConsentAt, importConsentSrc, importConsentTxt,
}

// ImportTargets are what a column may mean here: ImportFields, and the custom
// fields.
func (s *Service) ImportTargets(ctx context.Context) ([]string, error) {
	by, err := s.fields(ctx)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(ImportFields)
	for _, key := range sortedKeys(by.fields) {
		if by.fields[key].ArchivedAt == nil {
			out = append(out, "custom."+key)
		}
	}
	return out, nil
}

// synonyms are what people and programs call the fields, folded to letters and
// digits: HighLevel, Google, Outlook, and spreadsheets in English, German and
// Spanish.
var synonyms = byName(map[string][]string{
	importFirstName:  {"firstname", "first", "givenname", "vorname", "nombre", "nombredepila", "prenom"},
	importLastName:   {"lastname", "last", "surname", "familyname", "nachname", "familienname", "apellido", "apellidos", "nom"},
	importName:       {"name", "fullname", "contactname", "displayname", "vollername", "nombrecompleto", "kunde", "kontakt", "contacto"},
	importEmail:      {"email", "emailaddress", "mail", "additionalemails", "additionalemail", "email1value", "email2value", "email3value", "email1", "email2", "email3", "email2address", "email3address", "emailadresse", "epost", "correo", "correoelectronico", "primaryemail"},
	importPhone:      {"phone", "phonenumber", "mobile", "mobilephone", "cell", "cellphone", "telephone", "additionalphones", "additionalphone", "phone1value", "phone2value", "phone3value", "primaryphone", "homephone", "businessphone", "telefon", "telefonnummer", "handy", "mobil", "mobiltelefon", "rufnummer", "telefono", "telefonomovil", "numerodetelefono", "movil", "celular"},
	importCompany:    {"company", "companyname", "businessname", "business", "organization", "organisation", "organization1name", "organizationname", "firma", "unternehmen", "empresa", "compania", "societe", "entreprise"},
	importWebsite:    {"website", "website1value", "webpage", "companywebsite", "homepage", "webseite", "sitioweb", "paginaweb"},
	importOwner:      {"owner", "contactowner", "recordowner", "assignedto", "assigned", "assigneduser", "owneremail", "zustandig", "betreuer", "propietario", "asignadoa"},
	importTags:       {"tags", "tag", "labels", "groupmembership", "categories", "kategorien", "schlagworte", "etiquetas", "gruppe"},
	"source":         {"source", "leadsource", "contactsource", "quelle", "herkunft", "origen", "fuente"},
	"job_title":      {"jobtitle", "title", "organization1title", "organizationtitle", "position", "beruf", "cargo", "puesto"},
	"street":         {"street", "address", "address1", "streetaddress", "homestreet", "businessstreet", "address1street", "strasse", "strassehausnummer", "anschrift", "adresse", "calle", "direccion"},
	"city":           {"city", "town", "homecity", "businesscity", "address1city", "ort", "stadt", "ciudad", "poblacion"},
	"region":         {"state", "region", "province", "homestate", "businessstate", "address1region", "bundesland", "provincia", "estado"},
	"postal_code":    {"postalcode", "zip", "zipcode", "postcode", "homepostalcode", "businesspostalcode", "address1postalcode", "plz", "postleitzahl", "codigopostal", "cp"},
	"country":        {"country", "homecountryregion", "businesscountryregion", "address1country", "land", "pais"},
	"timezone":       {"timezone", "zeitzone", "zonahoraria"},
	"birthday":       {"birthday", "birthdate", "dateofbirth", "dob", "geburtstag", "geburtsdatum", "fechadenacimiento", "cumpleanos"},
	importDND:        {"dnd", "donotdisturb", "donotcontact"},
	importConsent:    {"consent", "optin", "marketingconsent", "einwilligung", "consentimiento"},
	importConsentAt:  {"consentdate", "consentat", "consenttime", "optindate", "optintime", "einwilligungam", "fechadeconsentimiento"},
	importConsentSrc: {"consentsource", "optinsource", "consentform"},
	importConsentTxt: {"consenttext", "optintext", "consentstatement"},
})

func byName(fields map[string][]string) map[string]string {
	out := map[string]string{}
	for field, names := range fields {
		for _, n := range names {
			out[n] = field
		}
	}
	return out
}

func columnKey(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ReplaceAll(fold(name), "ß", "ss"))
}

// once are the fields that one column alone can mean.
func once(field string) bool {
	return field != importEmail && field != importPhone && field != importTags
}

// guess gives the fields that columns seem to mean: ours, and those that the
// sub-account has made itself, by their names and keys.
func guess(columns []string, by *catalogue) []string {
	own := map[string]string{}
	for _, key := range sortedKeys(by.fields) {
		if f := by.fields[key]; f.ArchivedAt == nil {
			own[columnKey(f.Key)], own[columnKey(f.Name)] = "custom."+key, "custom."+key
		}
	}
	out := make([]string, len(columns))
	for i, c := range columns {
		field := synonyms[columnKey(c)]
		if mine := own[columnKey(c)]; mine != "" && (field == "" || field == importWebsite || field == importOwner) {
			field = mine
		}
		if field != "" && once(field) && slices.Contains(out[:i], field) {
			field = ""
		}
		out[i] = field
	}
	if i := slices.Index(out, importWebsite); i >= 0 && !slices.Contains(out, importCompany) {
		out[i] = "" // whose it is, isn't known
	}
	// A column "Nombre" beside surnames is the first name, and by itself the whole.
	if i := slices.Index(out, importFirstName); i >= 0 && !slices.Contains(out, importLastName) && columnKey(columns[i]) == "nombre" {
		out[i] = importName
	}
	return out
}

// guessByContent is for files that name no columns.
func guessByContent(cells []string, country string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		c = tidy(c)
		_, phone := ParsePhone(c, country)
		switch {
		case validEmail(strings.ToLower(c)):
			out[i] = importEmail
		case phone:
			out[i] = importPhone
		}
	}
	return out
}

// heads tells whether a first row names columns: it holds nobody's address, and
// something that we know for a name.
func heads(cells []string, country string, by *catalogue) bool {
	content := guessByContent(cells, country)
	if slices.Contains(content, importEmail) || slices.Contains(content, importPhone) {
		return false
	}
	for _, field := range guess(cells, by) {
		if field != "" {
			return true
		}
	}
	return false
}

// errorColumns begin the table of errors that an import gives.
var errorColumns = []string{"row", "error"}

// mended tells whether a file is such a table, to be imported once more.
func mended(columns []string) bool {
	return len(columns) > len(errorColumns) && slices.Equal(columns[:len(errorColumns)], errorColumns)
}

// fingerprint is the same for files with the same columns, and for the tables of
// their errors.
func fingerprint(columns []string) string {
	if mended(columns) {
		columns = columns[len(errorColumns):]
	}
	sum := sha256.New()
	for _, c := range columns {
		_, _ = sum.Write([]byte(columnKey(c) + "\x00")) // a hash never fails
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// remembered are the fields that such columns meant the last time, where they
// may still; nil where nothing is known.
func remembered(known, columns []string, by *catalogue) []string {
	out := make([]string, 0, len(columns))
	if mended(columns) {
		out = append(out, make([]string, len(errorColumns))...)
	}
	for _, field := range known {
		if field != "" && !by.importable(field) {
			field = ""
		}
		out = append(out, field)
	}
	if len(known) == 0 || len(out) != len(columns) {
		return nil
	}
	return out
}

// countries by the names that files use.
var countries = map[string]string{
	"usa": "US", "unitedstates": "US", "unitedstatesofamerica": "US", "unitedkingdom": "GB", "uk": "GB", "greatbritain": "GB", "england": "GB",
	"canada": "CA", "kanada": "CA", "australia": "AU", "germany": "DE", "deutschland": "DE", "alemania": "DE", "austria": "AT", "osterreich": "AT",
	"switzerland": "CH", "schweiz": "CH", "suiza": "CH", "spain": "ES", "spanien": "ES", "espana": "ES", "italy": "IT", "italien": "IT", "italia": "IT",
	"france": "FR", "frankreich": "FR", "francia": "FR", "mexico": "MX", "mexiko": "MX", "netherlands": "NL", "niederlande": "NL", "ireland": "IE",
	"poland": "PL", "polen": "PL", "india": "IN", "brazil": "BR", "brasil": "BR", "argentina": "AR", "colombia": "CO", "chile": "CL", "peru": "PE",
}

func parseCountry(s string) string {
	if code, ok := countries[columnKey(s)]; ok {
		return code
	}
	return strings.ToUpper(s)
}
