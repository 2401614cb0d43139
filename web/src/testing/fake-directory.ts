import type { ApiKey, SubAccount } from '@/lib/api';
import { makeKey, makeSubAccount } from './fake-data';
import { missing, Refusal, type Route } from './fake-refusal';

const stale = new Refusal(412, 'sub_account.stale', 'Somebody changed it meanwhile.');

/** The agency's sub-accounts, and the keys of whatever place. */
export class FakeDirectory {
  subAccounts: SubAccount[];
  keys: ApiKey[] = [makeKey(0), makeKey(1)];
  private made = 70_000;

  constructor(some: boolean) {
    this.subAccounts = some
      ? [
          makeSubAccount('bright-smile', 'Bright Smile Dental', 'ready', 5),
          makeSubAccount('donau', 'Donaudampfschifffahrtsgesellschaft Wien', 'provisioning', 2),
          makeSubAccount('harbor-yoga', 'Harbor Yoga', 'suspended', 5),
          makeSubAccount('lake-auto', 'Lakeside Auto Repair', 'stalled', 3),
        ]
      : [];
  }

  routes: Route[] = [
    ['GET', /^\/agency\/sub-accounts$/, () => ({ items: this.subAccounts })],
    ['POST', /^\/agency\/sub-accounts$/, (_, body) => this.create(body)],
    ['GET', /^\/agency\/sub-accounts\/(.+)$/, ([, name]) => this.find(name) ?? missing],
    [
      'PATCH',
      /^\/agency\/sub-accounts\/(.+)$/,
      ([, name], body, _, request) => this.change(name, body, request),
    ],
    [
      'DELETE',
      /^\/agency\/sub-accounts\/(.+)$/,
      ([, name], _, __, request) => {
        if (this.isStale(name, request)) return stale;
        this.subAccounts = this.subAccounts.filter((item) => item.name !== name);
      },
    ],
    ['GET', /api-keys$/, () => ({ items: this.keys })],
    [
      'POST',
      /api-keys$/,
      (_, body) => {
        const key = { ...makeKey(this.made++), ...body } as ApiKey;
        this.keys = [key, ...this.keys];
        return { ...key, key: 'omni_4fQ2x8VbN0pLr7TtYw3Zs9Kd1Hq6Mj5Gc' };
      },
    ],
    [
      'DELETE',
      /api-keys\/(.+)$/,
      ([, key]) => {
        this.keys = this.keys.filter((item) => item.id !== key);
      },
    ],
  ];

  private find(name: string | undefined) {
    return this.subAccounts.find((item) => item.name === name);
  }

  private create(body: Record<string, unknown>) {
    const name = String(body.name);
    if (this.find(name))
      return new Refusal(409, 'sub_account.taken', 'There is one of that name.', {
        errors: [{ path: 'name', message: 'This name is taken.' }],
      });
    const made = {
      ...makeSubAccount(name, String(body.display_name), 'provisioning', 0),
      ...body,
    } as SubAccount;
    this.subAccounts = [made, ...this.subAccounts];
    return made;
  }

  private isStale(name: string | undefined, request: Request): boolean {
    const old = this.find(name);
    return old !== undefined && request.headers.get('If-Match') !== `"${old.version}"`;
  }

  private change(name: string | undefined, body: Record<string, unknown>, request: Request) {
    if (this.isStale(name, request)) return stale;
    const version = `${name}.${this.made++}`;
    this.subAccounts = this.subAccounts.map((item) =>
      item.name === name
        ? { ...item, ...body, version, state: body.suspended ? 'suspended' : 'ready' }
        : item,
    );
    return this.find(name) ?? missing;
  }
}
