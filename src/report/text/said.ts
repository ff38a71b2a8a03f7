/** What is said of the stage, after a sign: a tick never stands above a danger. */
export type Said = {
  readonly sign: "✅" | "❌" | "⚪" | "📝" | "🧹" | "⏳" | "🐤";
  readonly text: string;
  readonly tail?: string;
};
