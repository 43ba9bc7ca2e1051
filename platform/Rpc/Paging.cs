using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Ips.Platform.Rpc;

/// <summary>
/// A page of a list, newest or oldest first by a version 7 id. The token holds the last id and a fingerprint of the filters, nothing readable
/// and no authority: it is good only with the same filters, and the tenant filter applies to every page.
/// </summary>
public sealed class Paging
{
    private const int FingerprintLength = 8;
    private readonly byte[] _filters;

    private Paging(int size, Guid? after, byte[] filters) => (Size, After, _filters) = (size, after, filters);

    /// <summary>Most items of the page.</summary>
    public int Size { get; }

    /// <summary>The last id of the page before, or null on the first page.</summary>
    public Guid? After { get; }

    /// <summary>The last code of the page before, in a list ordered by code; null on the first page.</summary>
    public string? AfterCode { get; private init; }

    /// <summary>
    /// Reads <c>page_size</c> and <c>page_token</c>: 0 means <paramref name="usual"/>, above <paramref name="most"/> is cut, negative is wrong.
    /// </summary>
    public static Paging Read(RequestValidator fields, int size, string token, string filters, int usual = 50, int most = 200)
    {
        var (paged, fingerprint, last) = Parse(fields, size, token, filters, usual, most, bytes => bytes.Length == 16);
        return new(paged, last is null ? null : new Guid(last, bigEndian: true), fingerprint);
    }

    /// <summary>The same for a list that is ordered by a public code instead of an id.</summary>
    public static Paging ReadByCode(RequestValidator fields, int size, string token, string filters, int usual = 50, int most = 200)
    {
        var (paged, fingerprint, last) = Parse(fields, size, token, filters, usual, most, bytes => bytes.Length is > 0 and <= 72);
        return new(paged, null, fingerprint) { AfterCode = last is null ? null : Encoding.UTF8.GetString(last) };
    }

    private static (int Size, byte[] Fingerprint, byte[]? Last) Parse(
        RequestValidator fields, int size, string token, string filters, int usual, int most, Predicate<byte[]> fits)
    {
        fields.Require(size >= 0, "page_size", "is negative; send 0 for the usual size or the number you want");
        var fingerprint = SHA256.HashData(Encoding.UTF8.GetBytes(filters))[..FingerprintLength];
        var paged = size <= 0 ? usual : Math.Min(size, most);
        if (token.Length == 0)
            return (paged, fingerprint, null);
        var bytes = Base64Url.IsValid(token) ? Base64Url.DecodeFromChars(token) : [];
        if (bytes.Length <= FingerprintLength || !fits(bytes[FingerprintLength..]))
            fields.Wrong("page_token", "is not a token of this list; send next_page_token as it came");
        else if (!bytes.AsSpan(0, FingerprintLength).SequenceEqual(fingerprint))
            fields.Wrong("page_token", "belongs to other filters; keep the filters or start again without a token");
        else
            return (paged, fingerprint, bytes[FingerprintLength..]);
        return (paged, fingerprint, null);
    }

    /// <summary>Cuts one item too many off and gives the token of the next page, empty when there is none.</summary>
    public string Cut<T>(List<T> items, Func<T, Guid> id)
    {
        if (items.Count <= Size)
            return "";
        items.RemoveRange(Size, items.Count - Size);
        Span<byte> bytes = stackalloc byte[24];
        _filters.CopyTo(bytes);
        id(items[^1]).TryWriteBytes(bytes[8..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Cuts one item too many off and gives the token of the next page, for a list ordered by code.</summary>
    public string CutByCode<T>(List<T> items, Func<T, string> code)
    {
        if (items.Count <= Size)
            return "";
        items.RemoveRange(Size, items.Count - Size);
        return Base64Url.EncodeToString([.. _filters, .. Encoding.UTF8.GetBytes(code(items[^1]))]);
    }
}
