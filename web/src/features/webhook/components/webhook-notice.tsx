import { CircleOff, TriangleAlert } from 'lucide-react';
import type { Webhook } from '@/lib/api';
import { exactTime } from '@/lib/format';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';

interface Props {
  webhook: Webhook;
  busy: boolean;
  onEnable: () => void;
}

/** Why nothing arrives, and what to do about it. */
export function WebhookNotice({ webhook, busy, onEnable }: Props) {
  if (webhook.state === 'failing')
    return (
      <Banner tone="warn" icon={TriangleAlert}>
        Nothing has arrived since {webhook.failing_since && exactTime(webhook.failing_since)}. After a day it
        is switched off.
      </Banner>
    );
  if (webhook.state !== 'disabled') return null;
  const since = webhook.disabled_at && exactTime(webhook.disabled_at);
  return (
    <Banner
      tone={webhook.disabled_reason === 'failing' ? 'bad' : 'neutral'}
      icon={CircleOff}
      action={
        <Button size="sm" busy={busy} onClick={onEnable}>
          Switch on
        </Button>
      }
    >
      {webhook.disabled_reason === 'failing'
        ? `Switched off on ${since}, after a day without an answer that says it arrived. Mend the address, switch it on, and send again what failed.`
        : `Switched off by hand on ${since}. What happens until it is on again is not sent.`}
    </Banner>
  );
}
