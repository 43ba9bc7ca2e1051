using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Clearances;

/// <summary>An entry of a list as its file has it.</summary>
/// <param name="Line">Line of the file; the header is line 1.</param>
/// <param name="LastName">Family name; empty for a business.</param>
/// <param name="FirstName">Given name.</param>
/// <param name="Npi">National provider identifier; empty when the file has none.</param>
/// <param name="BirthDate">Day of birth; null when the file has none.</param>
/// <param name="Text">Every column that is not empty.</param>
public sealed record ListEntry(int Line, string LastName, string FirstName, string Npi, DateOnly? BirthDate, Func<string> Text);

/// <summary>
/// Reads the file of a list while it arrives, a line at a time, and computes its hash. The layout is the published one; a file of another layout, a cut line or
/// a file that is too large is a problem that names line and column.
/// </summary>
public sealed class ExclusionListFile(Proto.ExclusionList list, Stream content)
{
    private const string NoNpi = "0000000000";
    private const string NoDay = "00000000";

    // The columns of UPDATED.CSV (oig.hhs.gov, LEIE downloadable databases), in their order.
    private static readonly string[] Leie =
    [
        "LASTNAME", "FIRSTNAME", "MIDNAME", "BUSNAME", "GENERAL", "SPECIALTY", "UPIN", "NPI", "DOB", "ADDRESS", "CITY", "STATE", "ZIP", "EXCLTYPE", "EXCLDATE",
        "REINDATE", "WAIVERDATE", "WVRSTATE",
    ];

    private static readonly string[] AdverseActions = ["LASTNAME", "FIRSTNAME", "MIDNAME", "NPI", "DOB", "ACTIONDATE"];

    private readonly string[] _columns = list == Proto.ExclusionList.OigLeie ? Leie : AdverseActions;

    /// <summary>Lines without the header, after <see cref="Read"/>.</summary>
    public int Lines { get; private set; }

    /// <summary>SHA-256 of the file, lower-case hex, after <see cref="Read"/>.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>Gives every entry that is in force to <paramref name="entry"/>: one that was reinstated is not.</summary>
    /// <returns>The problem of the file, or null.</returns>
    public async Task<Problem?> Read(Action<ListEntry> entry, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using HashedStream hashed = new(content, hash);
        using StreamReader text = new(hashed, new UTF8Encoding(false, throwOnInvalidBytes: false), false, 1 << 16);
        using CsvParser parser = new(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = null,
            MaxFieldSize = 10_000,
            BufferSize = 1 << 16,
            IgnoreBlankLines = false,
        });
        try
        {
            if (await Header(parser) is { } wrong)
                return wrong;
            while (await parser.ReadAsync())
            {
                cancellationToken.ThrowIfCancellationRequested();
                Lines++;
                if (parser.Count != _columns.Length)
                    return new Problem.Invalid("content", $"has {parser.Count} columns in line {Lines + 1}, expected {_columns.Length}; send the whole file");
                if (Entry(parser, out var problem) is { } found)
                    entry(found);
                else if (problem is not null)
                    return problem;
            }
        }
        catch (MaxFieldSizeException)
        {
            return new Problem.Invalid("content", $"has a column of more than 10000 characters in line {Lines + 2}; is a quote open?");
        }

        if (hashed.TooLarge)
            return new Problem.Invalid("content", $"is larger than {ExclusionListStream.Most / (1024 * 1024)} MB; send one list of one month");
        if (hashed.Last is not ((byte)'\n' or (byte)'\r'))
            return new Problem.Invalid("content", $"ends within line {Lines + 1}; send the whole file");
        Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return null;
    }

    private async Task<Problem?> Header(CsvParser parser)
    {
        if (!await parser.ReadAsync())
            return new Problem.Invalid("content", "is empty; send the file with its header");
        var found = parser.Record!.Select(column => column.Trim().TrimStart('\ufeff').ToUpperInvariant()).ToArray();
        for (var i = 0; i < Math.Max(found.Length, _columns.Length); i++)
        {
            if (found.ElementAtOrDefault(i) != _columns.ElementAtOrDefault(i))
                return new Problem.Invalid("content",
                    $"has not the header of the list: column {i + 1} is expected to be {_columns.ElementAtOrDefault(i) ?? "none"}; the columns are {string.Join(",", _columns)}");
        }

        return null;
    }

    private ListEntry? Entry(CsvParser parser, out Problem? problem)
    {
        problem = null;
        var record = parser.Record!;
        string Column(string name) => record[Array.IndexOf(_columns, name)].Trim();
        if (list == Proto.ExclusionList.OigLeie && Column("REINDATE") is { Length: > 0 } back && back != NoDay)
            return null;
        DateOnly? birth = null;
        if (Column("DOB") is { Length: > 0 } written && written != NoDay)
        {
            if (!DateOnly.TryParseExact(written, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                problem = new Problem.Invalid("content", $"has in line {Lines + 1}, column DOB, no day of the form YYYYMMDD");
                return null;
            }

            birth = day;
        }

        var npi = Column("NPI");
        return new(Lines + 1, Column("LASTNAME"), Column("FIRSTNAME"), npi == NoNpi ? "" : npi, birth, () =>
            string.Join("; ", _columns.Zip(record).Where(pair => !string.IsNullOrWhiteSpace(pair.Second) && pair.Second is not (NoNpi or NoDay))
                .Select(pair => $"{pair.First}={pair.Second.Trim()}")));
    }

    /// <summary>Hashes what is read and remembers the last byte.</summary>
    private sealed class HashedStream(Stream inner, IncrementalHash hash) : Stream
    {
        public byte? Last { get; private set; }

        public bool TooLarge => inner is ExclusionListStream { TooLarge: true };

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            if (read > 0)
            {
                hash.AppendData(buffer.Span[..read]);
                Last = buffer.Span[read - 1];
            }

            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
