import { useQuery } from '@tanstack/react-query';
import { membersQuery } from '@/features/access';
import { CustomFieldsFacts } from '@/features/field';
import type { Company } from '@/lib/api';
import { countryName } from '@/lib/countries';
import { formatPhone } from '@/lib/format';
import { Badge } from '@/ui/badge';
import { Facts } from '@/ui/facts';
import { RelativeTime } from '@/ui/relative-time';
import { labels } from '../form';

/** A company for whoever may read it and not change it. */
export function CompanyDetails({ account, company }: { account: string; company: Company }) {
  const { data: members } = useQuery(membersQuery(account));
  const address = company.website;
  const tags = company.tags ?? [];
  return (
    <div className="scroll-thin flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-4">
      <Facts
        rows={[
          { label: labels.domain, value: company.domain },
          {
            label: labels.website,
            value: address && (
              <a
                href={address}
                target="_blank"
                rel="noreferrer"
                className="text-brand-ink underline underline-offset-2"
              >
                {address}
              </a>
            ),
          },
          { label: labels.phone, value: company.phone && <bdi>{formatPhone(company.phone)}</bdi> },
          { label: labels.owner_id, value: members?.find(({ id }) => id === company.owner_id)?.name },
          {
            label: labels.tags,
            value: tags.length > 0 && (
              <span className="flex flex-wrap gap-1">
                {tags.map((tag) => (
                  <Badge key={tag}>{tag}</Badge>
                ))}
              </span>
            ),
          },
          { label: labels.street, value: company.street },
          { label: labels.city, value: [company.postal_code, company.city].filter(Boolean).join(' ') },
          { label: labels.region, value: company.region },
          { label: labels.country, value: countryName(company.country) },
          { label: 'Created', value: <RelativeTime at={company.created_at} /> },
        ]}
      />
      <CustomFieldsFacts account={account} object="company" values={company.custom} />
    </div>
  );
}
