import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Webhook } from '@/lib/api';
import { toast } from '@/lib/toast';
import { IconButton } from '@/ui/icon-button';
import { Segmented } from '@/ui/segmented';
import { SidePanel } from '@/ui/side-panel';
import { DeliveryDetails } from './delivery-details';
import { DeliveryList } from './delivery-list';
import { SecretChange } from './secret-change';
import { SecretOnce } from './secret-once';
import { WebhookForm } from './webhook-form';
import { WebhookNotice } from './webhook-notice';

const views = [
  { value: 'deliveries', label: 'Deliveries' },
  { value: 'settings', label: 'Settings' },
] as const;

interface Props {
  account: string;
  /** A webhook, "new", or nothing: closed. */
  webhook: Webhook | 'new' | undefined;
  delivery: string | undefined;
  switching: boolean;
  onOpen: (webhook: string, delivery?: string) => void;
  onClose: () => void;
  onSwitch: (webhook: Webhook) => void;
  onDelete: (webhook: Webhook) => void;
}

/** A webhook beside the list: its log, and what it is. */
export function WebhookPanel(props: Props) {
  const { account, webhook, delivery, switching, onOpen, onClose, onSwitch, onDelete } = props;
  const [view, setView] = useState<'deliveries' | 'settings'>('deliveries');
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => {
    setSecret(null);
    onClose();
  };
  const title = webhook === 'new' ? 'New webhook' : ((webhook?.description || webhook?.url) ?? 'Webhook');
  return (
    <SidePanel open={webhook !== undefined} onClose={close} title={title}>
      {secret !== null ? (
        <SecretOnce secret={secret} onClose={() => setSecret(null)} />
      ) : webhook === 'new' ? (
        <WebhookForm
          account={account}
          onCancel={close}
          onDone={(made) => {
            setSecret(made.secret ?? '');
            setView('deliveries');
            onOpen(made.id);
          }}
        />
      ) : (
        webhook && (
          <>
            {webhook.state !== 'active' && (
              <div className="shrink-0 px-4 pt-3">
                <WebhookNotice webhook={webhook} busy={switching} onEnable={() => onSwitch(webhook)} />
              </div>
            )}
            {delivery ? (
              <DeliveryDetails
                key={delivery}
                account={account}
                webhook={webhook.id}
                delivery={delivery}
                enabled={webhook.enabled}
                onBack={() => onOpen(webhook.id)}
              />
            ) : (
              <>
                <div className="shrink-0 border-line border-b px-4 py-2">
                  <Segmented
                    label="What to see of the webhook"
                    value={view}
                    options={views}
                    onChange={setView}
                  />
                </div>
                {view === 'deliveries' ? (
                  <DeliveryList
                    key={webhook.id}
                    account={account}
                    webhook={webhook}
                    onOpen={(one) => onOpen(webhook.id, one)}
                  />
                ) : (
                  <WebhookForm
                    key={webhook.id}
                    account={account}
                    webhook={webhook}
                    aside={
                      <IconButton icon={Trash2} label="Delete webhook" onClick={() => onDelete(webhook)} />
                    }
                    onCancel={close}
                    onDone={() => {
                      toast({ title: 'Saved', tone: 'good', duration: 2500 });
                      close();
                    }}
                  >
                    <SecretChange account={account} webhook={webhook} onSecret={setSecret} />
                  </WebhookForm>
                )}
              </>
            )}
          </>
        )
      )}
    </SidePanel>
  );
}
