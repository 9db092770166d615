// Owns the names that never leave the widget: not on the wire, in storage, on the page, in a text or an export. Its files
// have short ones instead, the same in each, for they speak to each other.

const MEMBERS = `
  widget deps outcome peek engine refreshToken signals reading turns draft field room dispatch parts sink
  isOver isBusy isLast ttlMs chroma unsent lifetime retryId seen attempt pace atMs hue isOnline scroller
  guestToken isFirst look wanted isWaiting branching focusEntry isKnown onFailure rowFocus optionProblem
  refusal startedAt older onProblem revive isTried keep legacy setTimer isNear isNew loadOlder isAccepted
  isEmpty isPlain late received become onEvent wallMs whenOnline dueInMs hasOlder hindrance isBroken isCut
  isStored onLogout reshape supply withdraw isGrowing isGuess onLifecycle scrolled selectBranch setOpen fail
  isDisposed isEnded isShared issuedAtS monotonic redraw assertive hasGivenUp hasNews isSheet isTop polite
  setNews toEnd isQueued leftMs monotonicMs onChange timedOut timeoutMs handlers isAlive isClosable isFilled
  isForGood isIdle isUsable onReconnect titleId toStart randomBytes visitorText grew hasVisitor isFit
  reconnected resized warm foyerSlots texts leave announce titleCount feed refuse begin undo report
`;

const CUSTOM_PROPERTIES = `
  chroma hue tap muted edge accent-ink gutter line line-strong from-x pad raised text danger lift width
  font-size leading bar row-gap tall tint on-tint warn-bg warn-ink shadow near from-y more ring font family
  radius round height surface avatar-top avatar-end slot accent on-accent mono
`;

/** Without those of the stored record, and of `by` in it. */
const MEMBER_LETTERS = "abcefghijlnpquwxz";
/** Every other custom property is lower case. */
const PROPERTY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** One letter, then two. */
const shorten = (names: string, letters: string): ReadonlyMap<string, string> =>
  new Map(
    names
      .trim()
      .split(/\s+/)
      .map((name, index) => {
        const first = letters[Math.floor(index / letters.length) - 1] ?? "";
        return [name, `${first}${letters[index % letters.length]}`];
      }),
  );

/** Short names by name. */
export const shortMembers = shorten(MEMBERS, MEMBER_LETTERS);
/** The same for custom properties, without their dashes. */
export const shortProperties = shorten(CUSTOM_PROPERTIES, PROPERTY_LETTERS);
