import type { CustomField, FieldFolder } from '@/lib/api';
import { id, minutesAgo } from './fake-data';
import { type Handler, Refusal } from './fake-refusal';

const folder = (n: number, name: string, object: FieldFolder['object'] = 'contact'): FieldFolder => ({
  id: id(14, n),
  object,
  name,
  position: (n + 1) * 10,
  created_at: minutesAgo(9000),
  updated_at: minutesAgo(9000),
  version: 1,
});

function field(
  n: number,
  name: string,
  kind: CustomField['kind'],
  more: Partial<CustomField> = {},
): CustomField {
  return {
    id: id(13, n),
    object: 'contact',
    key: name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/_+$/, ''),
    name,
    kind,
    folder_id: '',
    options: [],
    required: false,
    unique: false,
    indexed: false,
    rules: {},
    position: (n + 1) * 10,
    archived_at: null,
    created_at: minutesAgo(9000),
    updated_at: minutesAgo(9000),
    version: 1,
    ...more,
  };
}

const care = id(14, 0);
const papers = id(14, 1);
const deal = id(14, 2);
const company = { object: 'company' } as const;
const agreed = { ...company, folder_id: deal };
const option = (label: string) => ({ key: label.toLowerCase(), label, archived: false });

const some = [
  field(0, 'Customer number', 'text', { unique: true }),
  field(1, 'Plan', 'select', { folder_id: care, options: ['Gold', 'Silver'].map(option), required: true }),
  field(2, 'Treatments', 'multi_select', { folder_id: care, options: ['Whitening', 'Braces'].map(option) }),
  field(3, 'Fears the drill', 'checkbox', { folder_id: care }),
  field(4, 'History', 'long_text', { folder_id: care }),
  field(5, 'Visits', 'number', { folder_id: care, indexed: true }),
  field(6, 'Spent', 'money', { folder_id: care, rules: { currencies: ['USD', 'EUR'] } }),
  field(7, 'Insured since', 'date', { folder_id: papers }),
  field(8, 'Next call', 'date_time', { folder_id: papers }),
  field(9, 'Work phone', 'phone', { folder_id: papers }),
  field(10, 'Invoice e-mail', 'email', { folder_id: papers }),
  field(11, 'Portal', 'url', { folder_id: papers }),
  field(12, 'Insurance card', 'file', { folder_id: papers }),
  field(13, 'Referred by', 'reference', { folder_id: papers, rules: { target: 'contact' } }),
  field(14, 'Old score', 'number', { archived_at: minutesAgo(500) }),
  field(15, 'Industry', 'text', company),
  field(16, 'Tier', 'select', { ...company, options: ['Gold', 'Silver'].map(option), required: true }),
  field(17, 'Staff', 'number', company),
  field(18, 'Contract until', 'date', agreed),
  field(19, 'Yearly budget', 'money', { ...agreed, rules: { currencies: ['USD', 'EUR'] } }),
  field(20, 'Signed contract', 'file', agreed),
  field(21, 'First to call', 'reference', { ...agreed, rules: { target: 'contact' } }),
  field(22, 'Invoiced monthly', 'checkbox', agreed),
];

/** Custom fields and their folders, in memory. */
export class FakeFields {
  fields: CustomField[];
  folders: FieldFolder[];
  private made = 100;

  constructor(any: boolean) {
    this.fields = any ? some : [];
    this.folders = any ? [folder(0, 'Care'), folder(1, 'Papers'), folder(2, 'Agreement', 'company')] : [];
  }

  routes: [string, RegExp, Handler][] = [
    [
      'GET',
      /\/custom-fields$/,
      (_, __, url) => ({
        items: this.fields
          .filter(({ object }) => object === url.searchParams.get('object'))
          .filter(({ archived_at }) => !archived_at || url.searchParams.get('archived') === 'true')
          .sort((a, b) => a.position - b.position),
      }),
    ],
    [
      'POST',
      /\/custom-fields$/,
      (_, body) => {
        const made = field(this.made, String(body.name), body.kind as CustomField['kind'], {
          ...(body as Partial<CustomField>),
          id: id(13, this.made++),
        });
        if (this.fields.some(({ key, object }) => key === made.key && object === made.object))
          return new Refusal(409, 'field.key_taken', 'Another field has this key.', {
            errors: [{ path: 'key', message: 'Another field has this key.' }],
          });
        made.options = (made.options ?? []).map((item) => ({
          ...item,
          key: item.key ?? item.label.toLowerCase(),
        }));
        this.fields = [...this.fields, made];
        return made;
      },
    ],
    ['PATCH', /\/custom-fields\/([^/]+)$/, ([, one], body) => this.change(one, body as Partial<CustomField>)],
    [
      'DELETE',
      /\/custom-fields\/([^/]+)$/,
      ([, one]) => void this.change(one, { archived_at: new Date().toISOString() }),
    ],
    ['POST', /\/custom-fields\/([^/]+)\/restore$/, ([, one]) => this.change(one, { archived_at: null })],
    [
      'GET',
      /\/field-folders$/,
      (_, __, url) => ({
        items: this.folders.filter(({ object }) => object === url.searchParams.get('object')),
      }),
    ],
    [
      'POST',
      /\/field-folders$/,
      (_, body) => {
        const made = { ...folder(this.made, ''), ...(body as Partial<FieldFolder>), id: id(14, this.made++) };
        this.folders = [...this.folders, made];
        return made;
      },
    ],
    [
      'PATCH',
      /\/field-folders\/([^/]+)$/,
      ([, one], body) => {
        this.folders = this.folders.map((item) =>
          item.id === one ? { ...item, ...body, version: item.version + 1 } : item,
        );
        return this.folders.find((item) => item.id === one);
      },
    ],
    [
      'DELETE',
      /\/field-folders\/([^/]+)$/,
      ([, one]) => {
        this.folders = this.folders.filter((item) => item.id !== one);
        this.fields = this.fields.map((item) => (item.folder_id === one ? { ...item, folder_id: '' } : item));
      },
    ],
  ];

  private change(one: string | undefined, changes: Partial<CustomField>) {
    this.fields = this.fields.map((item) =>
      item.id === one
        ? { ...item, ...changes, folder_id: changes.folder_id ?? item.folder_id, version: item.version + 1 }
        : item,
    );
    return this.fields.find((item) => item.id === one);
  }
}
