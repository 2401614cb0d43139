package contact_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// adasOnly is the desk as somebody sees it who reaches Ada's contacts alone.
func (d *desk) adasOnly() context.Context {
	return tenancy.WithReach(d.ctx, tenancy.Reach{People: []uuid.UUID{ada}})
}

func owned(by uuid.UUID, name, phone string) contact.CreateInput {
	return contact.CreateInput{FirstName: name, Phone: phone, OwnerID: uuid.NullUUID{UUID: by, Valid: by != uuid.Nil}}
}

func TestAContactOutOfReachIsNotThere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine, nobodys := d.create(owned(ada, "Mine", "+14155550101")), d.create(owned(uuid.Nil, "Nobody's", "+14155550102"))
	ctx, name := d.adasOnly(), "Changed"
	for what, call := range map[string]func(id uuid.UUID) error{
		"read": func(id uuid.UUID) error { _, err := d.Get(ctx, id); return err },
		"change": func(id uuid.UUID) error {
			_, err := d.Update(ctx, contact.UpdateInput{ID: id, FirstName: &name})
			return err
		},
		"delete": func(id uuid.UUID) error { return d.Delete(ctx, contact.DeleteInput{ID: id, Version: 99}) },
	} {
		never := call(uuid.New())
		if err := call(nobodys.ID); !fault.Is(err, fault.NotFound) || err.Error() != never.Error() {
			t.Errorf("%s: got %v, of one that never was %v", what, err, never)
		}
		if err := call(mine.ID); fault.Is(err, fault.NotFound) {
			t.Errorf("%s of her own: %v", what, err)
		}
	}
	if got, err := d.Get(d.ctx, nobodys.ID); err != nil || got.Version != 1 {
		t.Errorf("it was changed: %+v %v", got, err)
	}
}

func TestAListHoldsWhatIsInReach(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, who := range []uuid.UUID{ada, uuid.Nil, ada, uuid.Nil, ada} {
		d.create(contact.CreateInput{
			FirstName: "Maria", LastName: who.String()[:4], Tags: []string{"vip"}, OwnerID: uuid.NullUUID{UUID: who, Valid: who != uuid.Nil},
		})
	}
	for name, in := range map[string]contact.ListInput{
		"all": {}, "a name": {Query: "maria"}, "a part": {Query: "ari"}, "a tag": {Tag: "vip"}, "newest first": {Sort: "-created_at"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in.Limit = 2
			var got []string
			for {
				page, err := d.List(d.adasOnly(), in)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range page.Items {
					got = append(got, c.LastName)
				}
				if in.Cursor = page.Next; in.Cursor == "" {
					break
				}
			}
			if diff := cmp.Diff([]string{ada.String()[:4], ada.String()[:4], ada.String()[:4]}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestANewContactIsItsMakersWhoReachesTheirOwnAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c, err := d.Create(d.adasOnly(), contact.CreateInput{FirstName: "Maria"})
	if err != nil || c.OwnerID.UUID != ada {
		t.Errorf("got %+v %v", c.OwnerID, err)
	}
	if c := d.create(contact.CreateInput{FirstName: "Maria"}); c.OwnerID.Valid {
		t.Errorf("somebody who reaches all owns it: %v", c.OwnerID)
	}
}

// The number is taken, but by whom is not for everybody to know.
func TestADuplicateOutOfReachHasNoName(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.create(owned(uuid.Nil, "Secret", "+14155550102"))
	mine := d.create(owned(ada, "Mine", "+14155550101"))
	phone := "+14155550102"
	_, creating := d.Create(d.adasOnly(), owned(ada, "Maria", phone))
	_, changing := d.Update(d.adasOnly(), contact.UpdateInput{ID: mine.ID, Phone: &phone})
	for what, err := range map[string]error{"creating": creating, "changing": changing} {
		f, _ := fault.As(err)
		if f == nil || f.Slug != "contact.duplicate" || f.Meta["contact"] != nil || f.Meta["field"] != "phone" {
			t.Errorf("%s: got %v", what, err)
		}
	}
	_, err := d.Create(d.ctx, owned(ada, "Maria", phone))
	if f, _ := fault.As(err); f == nil || f.Meta["contact"] == nil {
		t.Errorf("who reaches all isn't told: %v", err)
	}
}
