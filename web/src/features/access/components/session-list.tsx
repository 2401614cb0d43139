import { Laptop, Smartphone } from 'lucide-react';
import type { OpenSession } from '@/lib/api';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { RelativeTime } from '@/ui/relative-time';
import { browserName } from '../browser-name';

interface Props {
  sessions: readonly OpenSession[];
  /** The id of the one that is being ended. */
  ending: string | undefined;
  onEnd: (session: string) => void;
}

/** Where a person is signed in. The session that asks can only sign out. */
export function SessionList({ sessions, ending, onEnd }: Props) {
  return (
    <ul className="divide-y divide-line rounded-md border border-line">
      {sessions.map(({ id, current, ip, user_agent, last_seen_at }) => {
        const { browser, phone } = browserName(user_agent);
        const Icon = phone ? Smartphone : Laptop;
        return (
          <li key={id} className="flex items-center gap-3 px-3 py-2">
            <Icon aria-hidden size={16} strokeWidth={1.75} className="shrink-0 text-ink-3" />
            <div className="min-w-0 flex-1">
              <p className="flex items-center gap-2">
                <span className="truncate" title={user_agent}>
                  {browser}
                </span>
                {current && <Badge tone="good">This one</Badge>}
              </p>
              <p className="truncate text-ink-3 text-xs">
                <bdi>{ip}</bdi> · <RelativeTime at={last_seen_at} />
              </p>
            </div>
            {!current && (
              <Button
                size="sm"
                look="danger"
                busy={ending === id}
                onClick={() => onEnd(id)}
                aria-label={`Sign out ${browser}, ${ip}`}
              >
                Sign out
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
