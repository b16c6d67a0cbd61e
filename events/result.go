package events

// ResultOf returns the result of a response from its data, and false when the
// data is not that of a response.
func ResultOf(data any) (Code, bool) {
	switch d := data.(type) {
	case ResultData:
		return d.Result, true
	case LogonResult:
		return d.Result, true
	case SessionResult:
		return d.Result, true
	case StateChangeResult:
		return d.Result, true
	case WrapupResult:
		return d.Result, true
	case CompCodesResult:
		return d.Result, true
	case ConsultTypesResult:
		return d.Result, true
	case ConsultDestsResult:
		return d.Result, true
	case TransferResult:
		return d.Result, true
	case CallbackTypesResult:
		return d.Result, true
	case CallbackDestsResult:
		return d.Result, true
	case ErrorStringResult:
		return d.Result, true
	case ErrorInfoResult:
		return d.Result, true
	case CustomerDetailsResult:
		return d.Result, true
	case NotesResult:
		return d.Result, true
	case TimezonesResult:
		return d.Result, true
	case IsInDNCResult:
		return d.Result, true
	case ZoneListResult:
		return d.Result, true
	case ContactAttributesResult:
		return d.Result, true
	}
	return Success, false
}
