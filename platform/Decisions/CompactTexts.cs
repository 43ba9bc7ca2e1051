using System.Buffers.Binary;
using System.Text;

namespace Ips.Platform.Decisions;

/// <summary>
/// The form in which facts and receipts are stored: four bytes that name the dictionary, then the text, compressed and, when the service has a key ring,
/// encrypted. The first byte says which form it is; the forms of older versions are read as well.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>80</term><description>id of the dictionary, zstd frame</description></item>
/// <item><term>84</term><description>id of the dictionary, encrypted zstd frame (<see cref="ITextProtector.Protect(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>)</description></item>
/// <item><term>7b</term><description>older: JSON as it is; 7b is its brace</description></item>
/// <item><term>below 7b</term><description>older: encrypted JSON</description></item>
/// <item><term>empty</term><description>erased</description></item>
/// </list>
/// </remarks>
/// <param name="dictionaries">Null: every text is compressed without a dictionary, for what runs without a database.</param>
/// <param name="protector">Null: nothing is encrypted.</param>
public sealed class CompactTexts(ReceiptDictionaries? dictionaries = null, ITextProtector? protector = null)
{
    private const byte Plain = 0x80;
    private const byte Encrypted = 0x84;
    private const byte Brace = 0x7b;
    private const int IdBytes = 4;
    private const int HeadBytes = 1 + IdBytes;

    /// <summary>The SQL condition of a column in an older form.</summary>
    public static string IsOlder(string column) => $"({column} < '\\x{Plain:x2}' and length({column}) > 0)";

    /// <summary>The bytes to store. Needs no database.</summary>
    public byte[] Write(ReadOnlySpan<byte> json, ReceiptDictionary dictionary)
    {
        var bytes = dictionary.Compress(json, HeadBytes);
        bytes[0] = Plain;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), dictionary.Id);
        return protector is null ? bytes : protector.Protect(bytes.AsSpan(HeadBytes), bytes.AsSpan(1, IdBytes));
    }

    /// <summary>The dictionary for what is stored now.</summary>
    public ReceiptDictionary DictionaryOf(string program, string question) =>
        dictionaries?.For(program, question) ?? ReceiptDictionary.None;

    /// <summary>The text that was stored.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was changed, or its key is not in the ring.</exception>
    /// <exception cref="InvalidDataException">It was changed, or its dictionary is missing.</exception>
    public string Read(byte[] stored) => stored is [] ? "" : stored[0] switch
    {
        Plain => Decompress(stored, stored.AsSpan(HeadBytes)),
        Encrypted => Decompress(stored, Keys.UnprotectBytes(stored)),
        Brace => Encoding.UTF8.GetString(stored),
        _ => Keys.Unprotect(stored),
    };

    private string Decompress(byte[] stored, ReadOnlySpan<byte> frame) =>
        (dictionaries?.Find(BinaryPrimitives.ReadInt32BigEndian(stored.AsSpan(1))) ?? ReceiptDictionary.None).Decompress(frame);

    private ITextProtector Keys => protector
        ?? throw new InvalidOperationException("The decision is encrypted and this service has no key ring; call AddPersonalData.");
}
