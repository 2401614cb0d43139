import { KeyRound } from 'lucide-react';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';

interface Props {
  what?: 'key' | 'secret';
  /** Of an app: its client id, which goes with the secret. */
  id?: string;
  name: string;
  secret: string;
  onClose: () => void;
}

/** The one time that a key, or the secret of an app, is shown. */
export function NewKey({ what = 'key', id, name, secret, onClose }: Props) {
  return (
    <div className="flex flex-col gap-4 p-4">
      <Banner tone="warn" icon={KeyRound}>
        This is the only time that the {what} of “{name}” is shown: we keep no more than its fingerprint. Copy
        it now.
      </Banner>
      {id && (
        <p className="text-ink-2 text-xs">
          Client id: <code className="select-all break-all font-mono">{id}</code>
        </p>
      )}
      <code
        data-testid="api-key"
        className="select-all break-all rounded-md border border-line bg-sunken p-3 font-mono text-xs"
      >
        {secret}
      </code>
      <div className="flex justify-end gap-2">
        <CopyButton text={secret} label={`Copy ${what}`} />
        <Button size="sm" look="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
