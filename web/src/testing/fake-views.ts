import type { View } from '@/lib/api';
import { id, me, minutesAgo } from './fake-data';
import { Refusal, type Route } from './fake-refusal';

export function makeView(n: number, changes: Partial<View> = {}): View {
  return {
    id: id(14, n),
    object: 'contact',
    name: `View ${n}`,
    filter: null,
    words: '',
    columns: [],
    sort: 'name',
    shared: false,
    own: true,
    owner_id: me,
    position: n * 10,
    broken: [],
    created_at: minutesAgo(900),
    updated_at: minutesAgo(900),
    version: 1,
    ...changes,
  };
}

/** The saved views of a sub-account, in memory. */
export class FakeViews {
  items = [
    makeView(0, {
      name: 'VIPs',
      shared: true,
      filter: { field: 'tags', op: 'any_of', value: ['vip'] },
      columns: ['name', 'phone', 'tags'],
    }),
    makeView(1, { name: 'Born soon', filter: { field: 'birthday', op: 'not_empty' } }),
  ];
  private made = 2;

  routes: Route[] = [
    ['GET', /\/views$/, () => ({ items: this.items })],
    [
      'POST',
      /\/views$/,
      (_, body) => {
        const view = makeView(this.made++, body as Partial<View>);
        this.items = [...this.items, view];
        return view;
      },
    ],
    [
      'PATCH',
      /\/views\/([^/]+)$/,
      ([, one], body, _, request) => {
        const old = this.items.find((item) => item.id === one);
        if (!old) return new Refusal(404, 'view.not_found', 'There is no such view.');
        if (request.headers.get('If-Match') !== `"${old.version}"`)
          return new Refusal(412, 'view.stale', 'Somebody changed it since.');
        const next = { ...old, ...(body as Partial<View>), version: old.version + 1 };
        this.items = this.items.map((item) => (item.id === one ? next : item));
        return next;
      },
    ],
    [
      'DELETE',
      /\/views\/([^/]+)$/,
      ([, one]) => {
        this.items = this.items.filter((item) => item.id !== one);
      },
    ],
  ];
}
