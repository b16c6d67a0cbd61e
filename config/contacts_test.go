package config

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
)

func writeContacts(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "contacts.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoadContacts(t *testing.T) {
	path := writeContacts(t, "\ufeffid,title,firstName,lastName,email,timeZone,phone1,phone2,segment,balance:WRITE,iban:MASKED_WRITE,story:SCREEN_POP\r\n"+
		"c1,Dr,Ada,\"Osei, née \"\"Kim\"\"\",ada@example.com,Africa/Accra,+1 (555) 010-0.1,+447700900001, gold ,12.50,XX00,\"two\r\nlines\"\r\n"+
		"\r\n"+
		"c2,,,,,,,+493023125000,,,,\r\n")
	contacts, bad, err := LoadContacts(path)
	if err != nil || len(bad) > 0 {
		t.Fatal(err, bad)
	}
	attributes := func(segment, balance, iban, story string) []events.POMAttribute {
		return []events.POMAttribute{
			{Name: "segment", Value: segment, Type: events.AttributeReadOnly},
			{Name: "balance", Value: balance, Type: events.AttributeWrite},
			{Name: "iban", Value: iban, Type: events.AttributeMaskedWrite},
			{Name: "story", Value: story, Type: events.AttributeScreenPop},
		}
	}
	want := []events.POMCustomerDetails{
		{
			ContactID: "c1", Title: "Dr", FirstName: "Ada", LastName: `Osei, née "Kim"`, Email: "ada@example.com",
			TimeZone: "Africa/Accra",
			Numbers: []events.POMContactNumber{
				{Name: "phone1", Number: "+155501001"}, {Name: "phone2", Number: "+447700900001"},
			},
			Attributes: attributes("gold", "12.50", "XX00", "two\nlines"),
		},
		{
			ContactID: "c2", Numbers: []events.POMContactNumber{{Name: "phone2", Number: "+493023125000"}},
			Attributes: attributes("", "", "", ""),
		},
	}
	if diff := cmp.Diff(want, contacts); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestLoadContactsReportsBadRows(t *testing.T) {
	path := writeContacts(t, strings.Join([]string{
		"id,timeZone,phone1,phone2,note", // line 1
		"c1,Europe/Berlin,+155501001,,first",
		",,+155501002,,no id",
		"c1,,+155501003,,again",
		"c2,,,,no number",
		"c3,,+12,+155501004,a bad number beside a good one",
		"c4,Mars/Base,+155501005,,no such zone",
		"c5,Local,+155501006,,not an IANA name",
		"c6,,+155501007",
		`c7,,+155501008,,a lost "quote`,
		`c8,,+155501009,,"never closed`, // line 11
		"c9,,+155501010,,\xff\xfe",
		"c10,,+155501011,," + strings.Repeat("x", 1001),
		"c11,,0301234,,no plus",
		",,,,", // two things wrong
		`c12,,+155501012,,"two`,
		`lines"`,
		"c13,,+155501013,," + strings.Repeat("x", 1000),
	}, "\n"))
	contacts, bad, err := LoadContacts(path)
	if err != nil {
		t.Fatal(err)
	}
	var ids, problems []string
	for _, c := range contacts {
		ids = append(ids, c.ContactID)
	}
	for _, b := range bad {
		problems = append(problems, strings.TrimPrefix(b.Error(), path+":"))
	}
	if diff := cmp.Diff([]string{"c1", "c12", "c13"}, ids); diff != "" {
		t.Errorf("loaded (-want +got):\n%s", diff)
	}
	quote := `a quote is out of place; want quotes around a whole field, and "" for a quote inside`
	number := "no usable number; want one in phone1 or phone2"
	want := []string{
		`3: id "": ` + wantName,
		`4: id "c1" stands in line 2 already; want an id of its own`,
		"5: " + number,
		`6: phone1 "+12": want + and 3 to 20 digits`,
		`7: timeZone "Mars/Base" is unknown; want an IANA name such as Europe/Berlin`,
		`8: timeZone "Local" is unknown; want an IANA name such as Europe/Berlin`,
		"9: 3 fields; want 5 as in the header; is a quote or a comma missing?",
		"10: " + quote,
		"11: " + quote,
		"12: note is not UTF-8",
		"13: note has 1001 bytes; want at most 1000",
		`14: phone1 "0301234": want + and 3 to 20 digits; ` + number,
		`15: id "": ` + wantName + "; " + number,
	}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Errorf("reported (-want +got):\n%s", diff)
	}
}

func TestLoadContactsRefusesHeaders(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "the file is empty",
		"\n\r\n":                        "the file is empty",
		"id,phone2":                     ":1: header: column phone1 is missing",
		"\n\nphone1":                    ":3: header: column id is missing",
		"id,phone1,id":                  "column 3: id stands there twice",
		"id,phone1,a,a:WRITE":           "column 4: a stands there twice",
		"id,phone1:WRITE":               "column 2: phone1 is no attribute",
		"id,phone1,a:SECRET":            `column 3: a: type "SECRET": want READ_ONLY, WRITE, SCREEN_POP or MASKED_WRITE`,
		"id,phone1,a:WRITE:MONEY":       `column 3: a: data type "MONEY": want INTEGER, FLOAT, BOOLEAN or DATE`,
		"id,phone1,a:WRITE:":            `column 3: a: data type "": want INTEGER`,
		"id,phone1,a::FLOAT":            `column 3: a: type "": want READ_ONLY`,
		"id,phone1,a:WRITE:FLOAT:2":     `column 3: a: data type "FLOAT:2": want`,
		"id,phone1,":                    `column 3: name "": want 1 to 64 bytes`,
		"id,phone1,a:X,:WRITE":          `type "X": want READ_ONLY, WRITE, SCREEN_POP or MASKED_WRITE; column 4: name ""`,
		"id,phone1,\"a":                 "a quote is out of place",
		"id,phone1,\xff":                "column 3: name",
		strings.Repeat("x,", 64) + "id": "65 columns; want at most 64",
	} {
		contacts, bad, err := LoadContacts(writeContacts(t, text))
		if err == nil || !strings.Contains(err.Error(), want) || contacts != nil || bad != nil {
			t.Errorf("header %q: %v, want %s", text, err, want)
		}
	}
	if _, _, err := LoadContacts(filepath.Join(t.TempDir(), "none.csv")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

func TestLoadContactsWithDataTypes(t *testing.T) {
	path := writeContacts(t, "id,phone1,age:READ_ONLY:INTEGER,balance:WRITE:FLOAT,vip:WRITE:BOOLEAN,since:MASKED_WRITE:DATE\n"+
		"c1,+155501001,41,-12.50,true,2019/05/01\n"+
		"c2,+155501002,,,,\n"+
		"c3,+155501003,4x,\"1,5\",yes,1.5.2019\n")
	contacts, bad, err := LoadContacts(path)
	if err != nil || len(contacts) != 2 || len(bad) != 1 {
		t.Fatal(err, contacts, bad)
	}
	want := []events.POMAttribute{
		{Name: "age", Value: "41", Type: events.AttributeReadOnly, DataType: events.DataInteger},
		{Name: "balance", Value: "-12.50", Type: events.AttributeWrite, DataType: events.DataFloat},
		{Name: "vip", Value: "true", Type: events.AttributeWrite, DataType: events.DataBoolean},
		{Name: "since", Value: "2019/05/01", Type: events.AttributeMaskedWrite, DataType: events.DataDate},
	}
	if diff := cmp.Diff(want, contacts[0].Attributes); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	problem := path + `:4: age "4x": want a whole number such as 42; balance "1,5": want a decimal number such as 12.50; ` +
		`vip "yes": want true or false; since "1.5.2019": want a day such as 2026/03/31`
	if got := bad[0].Error(); got != problem {
		t.Errorf("got  %s\nwant %s", got, problem)
	}
}

// Every row that the file has is either loaded or reported, in the order of the
// file; nothing is both, nothing is lost.
func FuzzLoadContacts(f *testing.F) {
	f.Add("c1,+155501001,x\nc2,,\n")
	f.Add("c1,+155501001,\"two\nlines\"\r\nc1,+1 555,\"\n\n,,\n")
	f.Add("c1,+155501001,\"\"\"\n\"\"\",,\"\r")
	f.Fuzz(func(t *testing.T, rows string) {
		contacts, bad, err := readContacts("contacts.csv", []byte("id,phone1,note\n"+rows))
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, c := range contacts {
			if seen[c.ContactID] || c.ContactID == "" || len(c.Numbers) == 0 {
				t.Errorf("loaded %+v", c)
			}
			seen[c.ContactID] = true
		}
		last := 1
		for _, b := range bad {
			if b.Line <= last || b.Problem == "" {
				t.Errorf("reported %+v after line %d", b, last)
			}
			last = b.Line
		}
		lines := 0
		for line := range bytes.Lines([]byte(rows)) {
			if len(bytes.TrimSpace(line)) > 0 {
				lines++
			}
		}
		// A row has as many lines as it has line breaks inside quotes, plus one.
		for _, c := range contacts {
			lines -= strings.Count(c.ContactID+c.Attributes[0].Value, "\n") + 1
		}
		if lines -= len(bad); !strings.Contains(rows, `"`) && lines != 0 {
			t.Errorf("%d lines were neither loaded nor reported", lines)
		}
	})
}
