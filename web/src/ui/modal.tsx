import type { ReactNode } from 'react';
import { useOverlays } from './overlays';

export interface ModalProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** For what stands side by side. */
  wide?: boolean;
  children: ReactNode;
}

/** A small window in the middle, for what has no page to stand beside. */
export function Modal(props: ModalProps) {
  const overlays = useOverlays(props.open);
  return overlays && <overlays.ModalSurface {...props} />;
}
