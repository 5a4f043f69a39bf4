interface ImportMetaEnv {
  readonly VITE_CHAT_URL: string;
}
