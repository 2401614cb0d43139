import { ArrowLeft, CheckCircle2, CircleDot, PanelRight } from 'lucide-react';
import { formatPhone } from '@/lib/format';
import { Button } from '@/ui/button';
import { IconButton } from '@/ui/icon-button';

interface Props {
  name: string;
  phone?: string;
  /** undefined while there is no conversation yet. */
  status?: 'open' | 'resolved';
  onBack: () => void;
  onDetails: () => void;
  onStatus: (status: 'open' | 'resolved') => void;
}

export function ThreadHeader({ name, phone, status, onBack, onDetails, onStatus }: Props) {
  return (
    <header
      data-own-back
      className="flex h-[49px] shrink-0 items-center gap-2 border-line border-b ps-2 pe-2 lg:ps-4"
    >
      <IconButton
        icon={ArrowLeft}
        label="Back to the list"
        onClick={onBack}
        className="rtl:-scale-x-100 lg:hidden"
      />
      <h1 className="sr-only lg:hidden">Inbox</h1>
      <div className="flex min-w-0 flex-1 items-baseline gap-2">
        <h2 className="truncate font-semibold text-base">
          <bdi>{name}</bdi>
        </h2>
        {phone && (
          <bdi className="tabular hidden truncate text-ink-3 text-xs sm:inline">{formatPhone(phone)}</bdi>
        )}
      </div>
      {status === 'open' && (
        <Button size="sm" icon={CheckCircle2} onClick={() => onStatus('resolved')}>
          Resolve
        </Button>
      )}
      {status === 'resolved' && (
        <Button size="sm" icon={CircleDot} onClick={() => onStatus('open')}>
          Reopen
        </Button>
      )}
      <IconButton
        icon={PanelRight}
        label="Contact details"
        onClick={onDetails}
        className="rtl:-scale-x-100 xl:hidden"
      />
    </header>
  );
}
