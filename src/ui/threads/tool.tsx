// Owns the look of a button that is a drawing, with its name for those who cannot see it.
import { h } from "preact";
import { Drawing } from "../icons.tsx";

interface ToolProps {
  label: string;
  path: string;
  /** @default "tool" */
  looks?: string;
  onClick(): void;
}

export function Tool({ label, path, looks = "tool", onClick }: ToolProps) {
  return (
    <button type="button" class={looks} aria-label={label} title={label} onClick={onClick}>
      <Drawing path={path} />
    </button>
  );
}
