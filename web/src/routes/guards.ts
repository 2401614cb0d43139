import type { QueryClient } from '@tanstack/react-query';
import { notFound, type ParsedLocation, redirect } from '@tanstack/react-router';
import { allows, homeOf, sessionQuery } from '@/features/access';
import { applyBrand, brandQuery } from '@/features/branding';
import type { Session } from '@/lib/api';
import { rememberAccount, rememberedAccount } from './last-account';

export interface RouterContext {
  client: QueryClient;
}

interface Entering {
  context: RouterContext;
  location: ParsedLocation;
}

export async function requireBrand({ context }: { context: RouterContext }): Promise<void> {
  applyBrand(await context.client.ensureQueryData(brandQuery));
}

/**
 * Leads to the sign-in, and from there back to where one wanted to go. Who still has to set up a second factor is let
 * nowhere by the server, so they are led to where they can.
 */
export async function requireSession({ context, location }: Entering): Promise<{ session: Session }> {
  const session = await context.client.ensureQueryData(sessionQuery);
  if (!session) throw redirect({ to: '/sign-in', search: { next: location.href }, replace: true });
  if (session.mfa_required && location.pathname !== '/profile')
    throw redirect({ to: '/profile', replace: true });
  return { session };
}

export async function goHome({ context, location }: Entering): Promise<void> {
  if (!(await context.client.ensureQueryData(brandQuery))) return;
  const { session } = await requireSession({ context, location: { ...location, href: '/' } });
  throw redirect({ href: homeOf(session, rememberedAccount()), replace: true });
}

/** An account that is not in the session reads as not found, whether it exists or not. */
export function requireAccount({
  context,
  params,
}: {
  context: { session: Session };
  params: { account: string };
}) {
  if (!context.session.sub_accounts?.some(({ id }) => id === params.account)) throw notFound();
  rememberAccount(params.account);
}

export function requireAgency({ context }: { context: { session: Session } }): void {
  if (!allows(context.session, 'agency.sub_accounts.read')) throw notFound();
}
