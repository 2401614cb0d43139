import { KeyRound } from 'lucide-react';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';

interface Props {
  secret: string;
  onClose: () => void;
}

/** The one time that a webhook's secret is shown. */
export function SecretOnce({ secret, onClose }: Props) {
  return (
    <div className="flex flex-col gap-4 p-4">
      <Banner tone="warn" icon={KeyRound}>
        This is the only time that this secret is shown. Your program checks with it that a call is ours: copy
        it there now.
      </Banner>
      <code
        data-testid="secret"
        className="select-all break-all rounded-md border border-line bg-sunken p-3 font-mono text-xs"
      >
        {secret}
      </code>
      <div className="flex justify-end gap-2">
        <CopyButton text={secret} label="Copy secret" />
        <Button size="sm" look="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
