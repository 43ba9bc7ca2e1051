using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>
/// How entries are chained: each hash is SHA-256 over the hash before it and what the entry says, every field with its length before it. Words count, not
/// codes: a changed word of a context breaks every entry that has its code, and an entry has the same hash in the older form and in today's.
/// </summary>
internal static class AuditChain
{
    /// <summary>
    /// The entries of a range, from $1 to before $2, as <see cref="Next"/> reads them. Rows of a transaction have no order of their own but that of what they
    /// contain; equal ones are equal to the chain too.
    /// </summary>
    public const string Range =
        """
        select xid, id, at, action, role, organization, caller, rpc, people, disclosure, trace from audit_readable where xid >= $1 and xid < $2
        order by xid, id, at, context, people, disclosure, trace collate "C"
        """;

    /// <summary>Bytes of each entry's hash that its seal stores, so that a break names the entry and not only the stretch.</summary>
    public const int Mark = 8;

    /// <summary>Where every chain starts.</summary>
    public static byte[] Start => new byte[SHA256.HashSizeInBytes];

    /// <summary>The hash after an entry.</summary>
    public static byte[] Next(byte[] before, NpgsqlDataReader entry)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(before);
        Append(hash, entry.GetFieldValue<ulong>(0).ToString(CultureInfo.InvariantCulture));
        Append(hash, entry.IsDBNull(1) ? "" : entry.GetGuid(1).ToString());
        Append(hash, entry.GetFieldValue<DateTimeOffset>(2).UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        for (var text = 3; text <= 7; text++)
            Append(hash, entry.IsDBNull(text) ? "" : entry.GetString(text));
        Append(hash, string.Join(',', entry.GetFieldValue<Guid[]>(8)));
        Append(hash, entry.IsDBNull(9) ? "" : entry.GetGuid(9).ToString());
        Append(hash, entry.GetString(10));
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, string field)
    {
        var bytes = Encoding.UTF8.GetBytes(field);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
