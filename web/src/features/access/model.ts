import type { Session } from '@/lib/api';
import type { Permission } from './permissions';
import type { Place } from './place';

/** What the person may do in the agency or in at least one sub-account. */
export function allows(session: Session, permission: Permission): boolean {
  return session.permissions?.includes(permission) ?? false;
}

/** What the person may do in one place. */
export function allowsIn(session: Session, place: Place, permission: Permission): boolean {
  if ('agency' in place) return allows(session, permission);
  const here = session.sub_accounts?.find(({ id }) => id === place.account);
  return here?.permissions?.includes(permission) ?? false;
}

/** Where a person starts: the account used last, else the first open one, else the console. */
export function homeOf(session: Session, lastAccount: string | null): string {
  const accounts = session.sub_accounts ?? [];
  const account = accounts.find(({ id }) => id === lastAccount) ?? accounts[0];
  if (allows(session, 'agency.sub_accounts.read') && (!account || !lastAccount))
    return '/agency/sub-accounts';
  return account ? `/a/${account.id}/inbox` : '/profile';
}

/** A path of this app to go on to after the sign-in; anything else would be an open redirect. */
export function safeNext(next: string | undefined): string | undefined {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : undefined;
}

export interface Strength {
  /** 0 nothing, 1 weak, 2 fair, 3 strong. */
  score: 0 | 1 | 2 | 3;
  hint: string;
}

/** A hint while typing. The server decides; this only spares a round trip. */
export function passwordStrength(password: string, about: readonly string[] = []): Strength {
  if (password === '')
    return { score: 0, hint: 'Twelve characters or more. Four random words make a good one.' };
  const lower = password.toLowerCase();
  const personal = about
    .flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .some((word) => word.length > 3 && lower.includes(word));
  if (personal) return { score: 1, hint: 'It holds your name or e-mail, which is guessed first.' };
  if ([...password].length < 12) return { score: 1, hint: `${12 - [...password].length} more to go.` };
  if (new Set(lower).size < 6 || /^(.{1,4})\1+$/.test(lower))
    return { score: 1, hint: 'It repeats itself. Mix in more letters or words.' };
  if ([...password].length < 16) return { score: 2, hint: 'Good. A few more characters make it strong.' };
  return { score: 3, hint: 'Strong.' };
}
