package events

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

var (
	marshaler = reflect.TypeFor[json.Marshaler]()
	texter    = reflect.TypeFor[encoding.TextMarshaler]()
)

// emptied gives two records of one type without what is the same in both: most of
// a record, which need not be written to be found the same. What is empty in both
// is no difference. Other things are given as they are.
func emptied(before, after any) (was, is any) {
	old, now := record(before), record(after)
	if !old.IsValid() || !now.IsValid() || old.Type() != now.Type() {
		return before, after
	}
	old, now = copied(old), copied(now)
	for i := range old.NumField() {
		field := old.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.IsExported() || field.Anonymous || slices.Contains(Naming, name) {
			continue
		}
		if same(old.Field(i), now.Field(i)) {
			old.Field(i).SetZero()
			now.Field(i).SetZero()
		}
	}
	return old.Addr().Interface(), now.Addr().Interface()
}

// record is a struct, or what a pointer to one points at, that writes its fields
// and nothing of its own making.
func record(v any) reflect.Value {
	at := reflect.ValueOf(v)
	if at.IsValid() && at.Kind() == reflect.Pointer && !at.IsNil() {
		at = at.Elem()
	}
	if !at.IsValid() || at.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	if p := reflect.PointerTo(at.Type()); p.Implements(marshaler) || p.Implements(texter) {
		return reflect.Value{}
	}
	return at
}

func copied(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	return out
}

// same tells whether two values are surely written the same. Where it isn't sure,
// their texts tell.
func same(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.String:
		return a.String() == b.String()
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return a.Equal(b)
	case reflect.Slice, reflect.Map:
		if a.Len() == b.Len() && a.IsNil() == b.IsNil() && a.UnsafePointer() == b.UnsafePointer() {
			return true
		}
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}
