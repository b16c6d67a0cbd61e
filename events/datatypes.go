package events

import (
	"regexp"
	"strconv"
	"time"
)

// DataTypes lists the data types of attributes.
func DataTypes() []POMDataType { return []POMDataType{DataInteger, DataFloat, DataBoolean, DataDate} }

var decimal = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?$`)

// Accepts tells whether value may be the value of an attribute of this type.
func (t POMDataType) Accepts(value string) bool {
	if value == "" {
		return true
	}
	var err error
	switch t {
	case DataInteger:
		_, err = strconv.ParseInt(value, 10, 64)
	case DataFloat:
		return decimal.MatchString(value)
	case DataBoolean:
		return value == "true" || value == "false"
	case DataDate:
		_, err = time.Parse("2006/01/02", value)
	}
	return err == nil
}

// Form says what a value of this type looks like.
func (t POMDataType) Form() string {
	switch t {
	case DataInteger:
		return "a whole number such as 42"
	case DataFloat:
		return "a decimal number such as 12.50"
	case DataBoolean:
		return "true or false"
	case DataDate:
		return "a day such as 2026/03/31"
	}
	return "any text"
}
