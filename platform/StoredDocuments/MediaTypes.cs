using MimeDetective;

namespace Ips.Platform.StoredDocuments;

/// <summary>Finds the media type of a document in its first bytes; what the sender calls it does not count.</summary>
public static class MediaTypes
{
    /// <summary>How many bytes are looked at.</summary>
    public const int Head = 560;

    private static readonly Dictionary<string, string> Endings = new(StringComparer.Ordinal)
    {
        ["application/pdf"] = "pdf",
        ["image/png"] = "png",
        ["image/jpeg"] = "jpg",
        ["image/tiff"] = "tif",
    };

    /// <summary>The types that are taken, for the text of an error.</summary>
    public const string Taken = "PDF, PNG, JPEG or TIFF";

    /// <summary>The media type; null for one that is not taken.</summary>
    public static string? Of(ReadOnlySpan<byte> content)
    {
        // The detector reads its own number of bytes from the front.
        var head = new byte[Head];
        content[..Math.Min(content.Length, Head)].CopyTo(head);
        return head.GetFileType()?.Mime is { } type && Endings.ContainsKey(type) ? type : null;
    }

    /// <summary>The ending of a file of the type.</summary>
    public static string Ending(string mediaType) => Endings[mediaType];
}
