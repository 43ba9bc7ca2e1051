using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One header or trailer. Immutable: bytes are copied in and out.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz._-");

        private readonly string? text;
        private readonly byte[]? bytes;

        /// <summary>A binary value.</summary>
        /// <param name="key">A header name that ends in <c>-bin</c>; stored in lower case.</param>
        /// <param name="valueBytes">Any bytes; base64 on the wire.</param>
        /// <exception cref="ArgumentException">The key is not a header name, or does not end in <c>-bin</c>.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = Normalize(key);
            if (!IsBinary)
                throw new ArgumentException($"Key '{Key}' needs the suffix {BinaryHeaderSuffix} to carry bytes.", nameof(key));
            bytes = [.. valueBytes];
        }

        /// <summary>A text value.</summary>
        /// <param name="key">A header name that does not end in <c>-bin</c>; stored in lower case.</param>
        /// <param name="value">ASCII text.</param>
        /// <exception cref="ArgumentException">The key is not a header name, or ends in <c>-bin</c>.</exception>
        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = Normalize(key);
            if (IsBinary)
                throw new ArgumentException($"Key '{Key}' has the suffix {BinaryHeaderSuffix}, so its value must be bytes.", nameof(key));
            text = value;
        }

        /// <summary>The name, in lower case.</summary>
        public string Key { get; }

        /// <summary>Whether the value is bytes, which is what the key's suffix says.</summary>
        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <summary>A copy of the bytes; of a text value, its ASCII bytes.</summary>
        public byte[] ValueBytes => bytes is null ? Encoding.ASCII.GetBytes(text!) : [.. bytes];

        /// <summary>The text.</summary>
        /// <exception cref="InvalidOperationException">The value is binary.</exception>
        public string Value => text ?? throw new InvalidOperationException($"The value of '{Key}' is binary; read ValueBytes.");

        /// <inheritdoc />
        public override string ToString() => text is null
            ? $"[Entry: key={Key}, valueBytes={Convert.ToHexString(bytes!)}]"
            : $"[Entry: key={Key}, value={text}]";

        internal bool HasKey(string key) => string.Equals(Key, key, StringComparison.OrdinalIgnoreCase);

        private static string Normalize(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            var lower = key.ToLowerInvariant();
            if (lower.Length == 0 || lower.AsSpan().ContainsAnyExcept(KeyCharacters))
                throw new ArgumentException($"Metadata key '{key}' may only contain letters a to z, digits, '_', '-' and '.', and not be empty.", nameof(key));
            return lower;
        }
    }
}
