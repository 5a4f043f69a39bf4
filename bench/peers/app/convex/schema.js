import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  chats: defineTable({ title: v.string(), prompt: v.string(), stream: v.string() }),
});
