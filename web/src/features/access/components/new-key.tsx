import { KeyRound } from 'lucide-react';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';

interface Props {
  name: string;
  secret: string;
  onClose: () => void;
}

/** The one time that a key is shown. */
export function NewKey({ name, secret, onClose }: Props) {
  return (
    <div className="flex flex-col gap-4 p-4">
      <Banner tone="warn" icon={KeyRound}>
        This is the only time that the key of “{name}” is shown: we keep no more than its fingerprint. Copy it
        now.
      </Banner>
      <code
        data-testid="api-key"
        className="select-all break-all rounded-md border border-line bg-sunken p-3 font-mono text-xs"
      >
        {secret}
      </code>
      <div className="flex justify-end gap-2">
        <CopyButton text={secret} label="Copy key" />
        <Button size="sm" look="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
