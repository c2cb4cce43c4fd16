package dev.millrace.simulator.record;

import java.util.random.RandomGenerator;

/**
 * Short texts in many scripts, with emoji of several code points, none longer than a post may be.
 */
final class Prose {
  private static final String[] WORDS = {
    "mill", "river", "grain", "wheel", "stone", "water", "morning", "bread", "quiet", "lantern",
    "harbour", "copper", "winter", "garden", "orchard", "letter", "signal", "bridge", "fox",
    "thunder", "paper", "market", "violin", "cloud", "pebble", "train", "window", "coffee"
  };
  private static final String[] SENTENCES = {
    "Grüße aus Köln, schöne Straße!",
    "Où est passée l’année ? Déjà décembre…",
    "今日は水車小屋まで歩いた。",
    "水磨在转，河水在流。",
    "오늘은 비가 온다",
    "Привет, мельница на реке",
    "مرحبا بالعالم من النهر",
    "שלום מהטחנה",
    "नदी के किनारे चक्की",
    "Zażółć gęślą jaźń",
    "a\u0301e\u0301 combining, and a\u00a0hard space",
    "\\ backslash \"quotes\" 'single' {braces} \t tab",
    "two\nlines",
    "∑ x² ≤ ∞ → ½"
  };
  private static final String[] EMOJI = {
    "😀", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "👍🏽", "❤️", "🌊", "🦊", "𝕄𝕚𝕝𝕝"
  };
  private static final String[][] LANGS = {
    {"en"}, {"de"}, {"ja"}, {"pt-BR"}, {"en", "es"}, {"zh-Hans"}, {"ar"}, {"ko"}
  };

  private Prose() {}

  /** A few words in lower case, ASCII. */
  static String words(RandomGenerator random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        text.append(' ');
      }
      text.append(WORDS[random.nextInt(WORDS.length)]);
    }
    return text.toString();
  }

  static String word(RandomGenerator random) {
    return WORDS[random.nextInt(WORDS.length)];
  }

  /** What a person might write: mostly words, now and then another script or emoji, or nothing. */
  static String sentence(RandomGenerator random) {
    int kind = random.nextInt(100);
    if (kind < 2) {
      return "";
    }
    String text =
        kind < 70
            ? words(random, 3 + random.nextInt(14))
            : SENTENCES[random.nextInt(SENTENCES.length)];
    return random.nextInt(4) == 0 ? text + " " + EMOJI[random.nextInt(EMOJI.length)] : text;
  }

  static String[] langs(RandomGenerator random) {
    return LANGS[random.nextInt(LANGS.length)];
  }
}
