// Owns the sentences of the menu.

export const MENU_TEXTS = Object.freeze({
  menu_new: "New conversation",
  menu_threads: "Conversations",
  menu_download_text: "Download as text",
  menu_download_json: "Download as JSON",
  menu_sound: "Sound",
  transcript_title: "Conversation with {name}",
  transcript_visitor: "You",
  transcript_partial: "Earlier messages could not be loaded.",
});
