import type { SubAccount } from '@/lib/api';
import { Badge } from '@/ui/badge';
import { progress, stateLooks } from '../model';

/** The state in a word; how far the setup is while it runs. */
export function StateBadge({ subAccount }: { subAccount: SubAccount }) {
  const look = stateLooks[subAccount.state];
  const { done, of } = progress(subAccount.conditions);
  const running = subAccount.state === 'provisioning' && of > 0;
  return (
    <Badge tone={look.tone}>
      <span data-testid="sub-account-state">{look.label}</span>
      {running && (
        <span className="tabular">
          {done}/{of}
        </span>
      )}
    </Badge>
  );
}
