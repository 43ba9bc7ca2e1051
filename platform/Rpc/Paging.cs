using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace Ips.Platform.Rpc;

/// <summary>
/// A page of a list, newest or oldest first by a version 7 id. The token holds the last id and a fingerprint of the filters, nothing readable
/// and no authority: it is good only with the same filters, and the tenant filter applies to every page.
/// </summary>
public sealed class Paging
{
    private const int FingerprintLength = 8;
    private const int Usual = 50;
    private const int Most = 200;
    private readonly byte[] _filters;

    private Paging(int size, Guid? after, byte[] filters) => (Size, After, _filters) = (size, after, filters);

    /// <summary>Most items of the page.</summary>
    public int Size { get; }

    /// <summary>The last id of the page before, or null on the first page.</summary>
    public Guid? After { get; }

    /// <summary>The last code of the page before, in a list ordered by code; null on the first page.</summary>
    public string? AfterCode { get; private init; }

    /// <summary>
    /// Reads <c>page_size</c> and <c>page_token</c>: 0 means 50, above 200 is cut, negative is wrong. Every other field of the request is a filter.
    /// </summary>
    public static Paging Read<TRequest>(RequestValidator fields, TRequest request) where TRequest : IMessage<TRequest>
    {
        var (size, fingerprint, last) = Parse(fields, request, bytes => bytes.Length == 16);
        return new(size, last is null ? null : new Guid(last, bigEndian: true), fingerprint);
    }

    /// <summary>The same for a list that is ordered by a public code instead of an id.</summary>
    public static Paging ReadByCode<TRequest>(RequestValidator fields, TRequest request) where TRequest : IMessage<TRequest>
    {
        var (size, fingerprint, last) = Parse(fields, request, bytes => bytes.Length is > 0 and <= 72);
        return new(size, null, fingerprint) { AfterCode = last is null ? null : Encoding.UTF8.GetString(last) };
    }

    private static (int Size, byte[] Fingerprint, byte[]? Last) Parse<TRequest>(RequestValidator fields, TRequest request, Predicate<byte[]> fits)
        where TRequest : IMessage<TRequest>
    {
        var (sizeField, tokenField) = (request.Descriptor.FindFieldByName("page_size").Accessor, request.Descriptor.FindFieldByName("page_token").Accessor);
        var (size, token) = ((int)sizeField.GetValue(request), (string)tokenField.GetValue(request));
        var filters = request.Clone();
        sizeField.Clear(filters);
        tokenField.Clear(filters);
        var fingerprint = SHA256.HashData([.. Encoding.UTF8.GetBytes(request.Descriptor.FullName), .. filters.ToByteArray()])[..FingerprintLength];
        fields.Require(size >= 0, "page_size", "is negative; send 0 for the usual size or the number you want");
        var paged = size <= 0 ? Usual : Math.Min(size, Most);
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
