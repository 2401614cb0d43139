import { useQuery } from '@tanstack/react-query';
import { CircleOff, CirclePlay, Ellipsis, PanelRight, Trash2 } from 'lucide-react';
import type { Webhook } from '@/lib/api';
import { Badge } from '@/ui/badge';
import { IconButton } from '@/ui/icon-button';
import { Menu } from '@/ui/menu';
import { RelativeTime } from '@/ui/relative-time';
import { nounsQuery } from '../api';
import { heard, states } from '../model';

interface Props {
  webhook: Webhook;
  onOpen: () => void;
  onSwitch: () => void;
  onDelete: () => void;
}

/** A webhook in the list: where it leads, what it hears, how it is. */
export function WebhookRow({ webhook, onOpen, onSwitch, onDelete }: Props) {
  const { url, description, events, enabled, state, last_success_at } = webhook;
  const { data: nouns = [] } = useQuery(nounsQuery);
  const name = description || url;
  return (
    <li data-testid="webhook" className="flex items-center gap-3 px-4 py-2.5 hover:bg-sunken">
      <button type="button" onClick={onOpen} className="min-w-0 flex-1 rounded-sm text-start">
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{name}</span>
          <Badge tone={states[state].tone}>{states[state].label}</Badge>
        </span>
        {description && (
          <span dir="ltr" className="block truncate text-ink-3 text-xs rtl:text-end">
            {url}
          </span>
        )}
        <span className="block truncate text-ink-3 text-xs">{heard(events, nouns)}</span>
      </button>
      <span className="hidden shrink-0 text-ink-3 text-xs sm:block">
        {last_success_at ? <RelativeTime at={last_success_at} /> : 'Nothing delivered yet'}
      </span>
      <Menu
        trigger={<IconButton icon={Ellipsis} label={`Actions for ${name}`} />}
        groups={[
          [
            { label: 'Open', icon: PanelRight, onSelect: onOpen },
            enabled
              ? { label: 'Switch off', icon: CircleOff, onSelect: onSwitch }
              : { label: 'Switch on', icon: CirclePlay, onSelect: onSwitch },
          ],
          [{ label: 'Delete', icon: Trash2, tone: 'bad', onSelect: onDelete }],
        ]}
      />
    </li>
  );
}
