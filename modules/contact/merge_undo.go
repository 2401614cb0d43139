package contact

import (
	"reflect"
	"slices"
)

// parted is the survivor once a merge is undone: what the merge gave it goes,
// what it had comes back, and what was changed since stays as it is now.
func parted(before, after, now Contact) Contact {
	out := now
	for _, f := range mergeFields {
		if equal(f.of(now), f.of(after)) {
			f.copy(&out, before)
		}
	}
	out.Addresses = append(partedAddresses(KindEmail, before, after, now), partedAddresses(KindPhone, before, after, now)...)
	out.Tags, out.Followers, out.DND = unmerge(before.Tags, after.Tags, now.Tags),
		unmerge(before.Followers, after.Followers, now.Followers), unmerge(before.DND, after.DND, now.DND)
	if reflect.DeepEqual(now.FirstTouch, after.FirstTouch) {
		out.FirstTouch = before.FirstTouch
	}
	if reflect.DeepEqual(now.LastTouch, after.LastTouch) {
		out.LastTouch = before.LastTouch
	}
	score := int64(before.Score) + int64(now.Score) - int64(after.Score)
	out.Score = int32(min(max(score, -MaxScore), MaxScore))
	out.Custom = partedValues(before.Custom, after.Custom, now.Custom)
	out.Email, out.Phone = out.Addresses.Of(KindEmail).primary(), out.Addresses.Of(KindPhone).primary()
	if out.Name() == "" { // all that is left of it was the others': it had more before
		out.FirstName, out.LastName = before.FirstName, before.LastName
		out.Addresses, out.Email, out.Phone = before.Addresses, before.Email, before.Phone
	}
	return out
}

// unmerge takes from a list what the merge added, in the order of before.
func unmerge[T comparable](before, after, now []T) []T {
	out := []T{}
	for _, one := range append(slices.Clone(before), now...) {
		added := slices.Contains(after, one) && !slices.Contains(before, one)
		if slices.Contains(now, one) && !added && !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}

func partedAddresses(kind string, before, after, now Contact) Addresses {
	was, merged, is := before.Addresses.Of(kind), after.Addresses.Of(kind), now.Addresses.Of(kind)
	out := Addresses{}
	for _, a := range is {
		if was.at(a.Value) >= 0 || merged.at(a.Value) < 0 {
			out = append(out, a)
		}
	}
	if len(out) == 0 {
		return out
	}
	primary := is.primary()
	if primary == merged.primary() && out.at(was.primary()) >= 0 {
		primary = was.primary()
	}
	if out.at(primary) < 0 {
		primary = out[0].Value
	}
	return out.led(primary)
}

func partedValues(before, after, now Values) Values {
	out := Values{}
	for key, value := range now {
		if !reflect.DeepEqual(value, after[key]) {
			out[key] = value
		}
	}
	for key, value := range before {
		if reflect.DeepEqual(now[key], after[key]) {
			out[key] = value
		}
	}
	return out
}
