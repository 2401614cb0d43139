import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { membersQuery } from '@/features/access';
import { CustomFieldsFacts, RecordName } from '@/features/field';
import type { Contact } from '@/lib/api';
import { countryName } from '@/lib/countries';
import { dayText, formatPhone } from '@/lib/format';
import { Badge } from '@/ui/badge';
import { Facts } from '@/ui/facts';
import { RelativeTime } from '@/ui/relative-time';
import { channels, reachStates } from '../model';
import { ContactAttribution } from './contact-attribution';
import { OptedOutBadge } from './opted-out-badge';
import { TagChip } from './tag-chip';

interface Props {
  account: string;
  contact: Contact;
  /** What may be done all the same. */
  actions: ReactNode;
}

/** A contact for whoever may read it and not change it. */
export function ContactDetails({ account, contact, actions }: Props) {
  const { data: members = [] } = useQuery(membersQuery(account));
  const name = (id: string) => members.find((member) => member.id === id)?.name;
  const { address, tags, followers, dnd } = contact;
  const reach = (list: readonly { text: string; label: string; state: string }[] | undefined) =>
    list?.length ? (
      <ul className="flex flex-col gap-1">
        {list.map(({ text, label, state }) => (
          <li key={text} className="flex flex-wrap items-center gap-x-2">
            <bdi>{text}</bdi>
            {label && <span className="text-ink-3 text-xs">{label}</span>}
            {state !== 'ok' && <Badge tone="bad">{reachStates[state as 'bounced']}</Badge>}
          </li>
        ))}
      </ul>
    ) : null;
  return (
    <>
      <div className="scroll-thin flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-4">
        {contact.opted_out && (
          <p>
            <OptedOutBadge />
          </p>
        )}
        <Facts
          rows={[
            {
              label: 'Phone',
              value: reach(
                contact.phones?.map(({ number, ...more }) => ({ text: formatPhone(number), ...more })),
              ),
            },
            {
              label: 'E-mail',
              value: reach(contact.emails?.map(({ address: text, ...more }) => ({ text, ...more }))),
            },
            {
              label: 'Tags',
              value: tags?.length ? (
                <span className="flex flex-wrap gap-1">
                  {tags.map((tag) => (
                    <TagChip key={tag} tag={tag} />
                  ))}
                </span>
              ) : null,
            },
            { label: 'Owner', value: contact.owner_id && name(contact.owner_id) },
            {
              label: 'Company',
              value: contact.company_id && (
                <RecordName account={account} target="company" id={contact.company_id} />
              ),
            },
            { label: 'Job title', value: contact.job_title },
            { label: 'Street', value: address?.street },
            { label: 'City', value: [address?.postal_code, address?.city].filter(Boolean).join(' ') },
            { label: 'State or region', value: address?.region },
            { label: 'Country', value: countryName(address?.country ?? '') },
            { label: 'Birthday', value: contact.birthday && dayText(contact.birthday) },
            { label: 'Time zone', value: contact.timezone?.replaceAll('_', ' ') },
            { label: 'Source', value: contact.source },
            {
              label: 'Not disturbed by',
              value: channels
                .filter(({ value }) => dnd?.includes(value as 'sms'))
                .map(({ label }) => label)
                .join(', '),
            },
            { label: 'Followed by', value: followers?.map(name).filter(Boolean).join(', ') },
            { label: 'Created', value: <RelativeTime at={contact.created_at} /> },
          ]}
        />
        <CustomFieldsFacts account={account} object="contact" values={contact.custom ?? {}} />
        <ContactAttribution contact={contact} />
      </div>
      {actions && (
        <footer className="flex shrink-0 justify-end border-line border-t px-4 py-3">{actions}</footer>
      )}
    </>
  );
}
