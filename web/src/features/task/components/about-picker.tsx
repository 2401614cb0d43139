import { useQuery } from '@tanstack/react-query';
import { Link2 } from 'lucide-react';
import { useState } from 'react';
import { RecordPicker, recordQuery } from '@/features/field';
import type { Subject } from '@/lib/subject';
import { Button } from '@/ui/button';
import { Popover } from '@/ui/popover';
import { Segmented } from '@/ui/segmented';

interface Props {
  account: string;
  value: Subject;
  onChange: (of: Subject) => void;
}

const kinds = [
  { value: 'contact', label: 'Contact' },
  { value: 'company', label: 'Company' },
] as const;

/** Whom a new task is about: a contact, a company or nobody. */
export function AboutPicker({ account, value, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState<'contact' | 'company'>('contact');
  const chosen = value.contact_id ?? value.company_id;
  const of = value.company_id ? 'company' : 'contact';
  const { data } = useQuery({ ...recordQuery(account, of, chosen ?? ''), enabled: Boolean(chosen) });
  const choose = (id: string) => {
    setOpen(false);
    onChange(id ? { [`${kind}_id`]: id } : {});
  };
  return (
    <Popover
      label="What it is about"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button
          icon={Link2}
          aria-label={chosen ? `About ${data?.name ?? ''}: change` : undefined}
          className="min-w-0 max-w-full shrink justify-start font-normal"
        >
          <span className="truncate">{chosen ? (data?.name ?? '…') : 'About…'}</span>
        </Button>
      }
    >
      <div className="scroll-thin flex flex-col gap-2 overflow-y-auto p-3">
        <Segmented label="About a" value={kind} options={kinds} onChange={setKind} />
        <RecordPicker
          key={kind}
          account={account}
          target={kind}
          label={kind === 'contact' ? 'Contact' : 'Company'}
          value={of === kind ? (chosen ?? '') : ''}
          onChange={choose}
        />
      </div>
    </Popover>
  );
}
