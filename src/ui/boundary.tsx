// Owns what is shown when a part of the view breaks: a plain line, so that the page around stays untouched.
import { Component, type ComponentChildren, h } from "preact";
import { report } from "./report.ts";

interface Props {
  /** Shown instead of the children once one of them has thrown. */
  fallback: ComponentChildren;
  children: ComponentChildren;
}

export class Boundary extends Component<Props, { isBroken: boolean }> {
  override state = { isBroken: false };

  static override getDerivedStateFromError() {
    return { isBroken: true };
  }

  override componentDidCatch(error: unknown): void {
    report("view", error);
  }

  override render() {
    return this.state.isBroken ? this.props.fallback : this.props.children;
  }
}
