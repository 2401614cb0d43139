import { Building2 } from 'lucide-react';
import type { Company } from '@/lib/api';
import { formatPhone } from '@/lib/format';
import { RelativeTime } from '@/ui/relative-time';

interface Props {
  company: Company;
  ownerName: string | undefined;
  /** The keyboard is at it. */
  active: boolean;
  onOpen: () => void;
  onTag: (tag: string) => void;
}

/** A company as a row of the list. */
export function CompanyRow({ company, ownerName, active, onOpen, onTag }: Props) {
  const phone = formatPhone(company.phone);
  return (
    <tr
      data-testid="company"
      data-at={active || undefined}
      className="border-line border-b hover:bg-sunken data-at:bg-brand-soft"
    >
      <td className="max-w-0 px-4 py-1.5">
        <button
          type="button"
          onClick={onOpen}
          className="flex w-full items-center gap-2.5 rounded-sm text-start"
        >
          <span className="flex size-7 shrink-0 items-center justify-center rounded-md bg-active text-ink-3">
            <Building2 aria-hidden size={14} strokeWidth={1.75} />
          </span>
          <span className="min-w-0">
            <span className="block truncate font-medium">{company.name}</span>
            <span className="block truncate text-ink-3 text-xs">
              {company.domain || <bdi>{phone}</bdi> || company.city}
            </span>
          </span>
        </button>
      </td>
      <td className="hidden truncate px-2 text-ink-2 md:table-cell">
        <bdi className="tabular">{phone}</bdi>
      </td>
      <td className="hidden max-w-0 truncate px-2 text-ink-2 lg:table-cell">
        {[company.city, company.country].filter(Boolean).join(', ')}
      </td>
      <td className="hidden max-w-0 px-2 md:table-cell">
        <span className="flex gap-1 overflow-hidden">
          {(company.tags ?? []).map((tag) => (
            <button
              key={tag}
              type="button"
              aria-label={`Only those tagged ${tag}`}
              onClick={() => onTag(tag)}
              className="h-6 max-w-full shrink-0 truncate rounded-sm bg-active px-1.5 text-ink-2 text-xs hover:text-ink"
            >
              {tag}
            </button>
          ))}
        </span>
      </td>
      <td className="hidden max-w-0 truncate px-2 text-ink-2 lg:table-cell">{ownerName}</td>
      <td className="hidden truncate px-4 text-end text-ink-3 sm:table-cell">
        <RelativeTime at={company.created_at} />
      </td>
    </tr>
  );
}
