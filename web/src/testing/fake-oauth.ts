import { account, id } from './fake-data';

/** What an app asks for; "one" as the request's id offers one sub-account alone, "gone" was answered. */
export function oauthRequest(request: string | undefined) {
  if (request === 'gone') return undefined;
  const places = [
    { id: account, name: 'Bright Smile Dental', missing: [] },
    { id: id(9, 1), name: 'Donaudampfschifffahrtsgesellschaft Wien', missing: ['messages.send'] },
    { id: id(9, 2), name: 'Harbor Yoga', missing: [] },
  ];
  return {
    app: { id: id(12, 1), name: 'Bookings for dentists', homepage: 'https://bookings.example' },
    scopes: [
      {
        scope: 'contacts.read',
        about: 'Read contacts, and what is kept with them.',
        missing: false,
      },
      { scope: 'messages.send', about: 'Send messages, and resolve conversations.', missing: false },
      { scope: 'agency.keys.manage', about: 'Make and revoke the agency’s API keys.', missing: true },
    ],
    sub_accounts: request === 'one' ? places.slice(0, 1) : places,
    needs_sub_account: true,
    sent_to: 'bookings.example',
  };
}

export function oauthAnswer(allowed: boolean) {
  return {
    redirect_to: `https://bookings.example/callback?${allowed ? 'code=omac_1' : 'error=access_denied'}`,
  };
}
