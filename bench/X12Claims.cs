using System.Globalization;
using Ips.X12;

namespace Ips.Bench;

/// <summary>Writing, reading and checking an 837P. Figures are processor time of one pass over the whole file, after a pass over a small one.</summary>
internal static class X12Claims
{
    private static readonly Address Street = new("100 MAIN ST", null, "DURHAM", "NC", "277011234");
    private static readonly Provider Agency = new("HARBOR WORKS", null, "1234567893", "251S00000X", "561234567", false, Street);
    private static readonly ClaimPayer Payer = new("ALLIANCE HEALTH", "ALNC1", "MC");
    private static readonly DateOnly FirstDay = new(2026, 9, 1);

    /// <summary>Writes a file of claims, reads it in each of our ways, and prints <c>result NAME ms claims</c> for each.</summary>
    public static int Run(string path, int count)
    {
        for (var warm = 0; warm < 3; warm++)
            Measure(new MemoryStream(), 2_000, print: false);
        using FileStream file = new(path, FileMode.Create);
        Measure(file, count, print: true);
        return 0;
    }

    /// <summary>Reads claims from a stream that makes them, so that no file limits their number, and prints the live memory on the way.</summary>
    public static int Million(int count)
    {
        long claims = 0, line = GC.GetTotalMemory(forceFullCollection: true);
        Console.WriteLine($"live memory before: {line / 1024:N0} KiB");
        using Repeating stream = new(count / 1000);
        var before = Environment.CpuUsage.TotalTime;
        using TransactionReader reader = new(stream);
        while (reader.Read())
        {
            if (!reader.Current.Is("CLM"u8))
                continue;
            if (++claims % (count / 10) == 0)
                Console.WriteLine($"{claims,12:N0} claims, {reader.Position.Offset / 1_000_000:N0} MB, live memory {GC.GetTotalMemory(forceFullCollection: true) / 1024:N0} KiB");
        }

        Console.WriteLine($"{claims:N0} claims placed in their loops and checked in {(Environment.CpuUsage.TotalTime - before).TotalSeconds:0.0} s; {reader.Envelope.Findings.Errors} errors");
        return claims == count && reader.Envelope.Findings.Errors == 0 ? 0 : 1;
    }

    private static void Measure(Stream file, int count, bool print)
    {
        Report("write", () => Write(file, count));
        Report("read-segments", () => Segments(file));
        Report("read-strings", () => Strings(file));
        Report("read-loops-checked", () => Loops(file));
        Report("read-claims", () => Claims(file));
        Report("validate", () => Validate(file));

        void Report(string name, Func<long> work)
        {
            file.Position = 0;
            var before = Environment.CpuUsage.TotalTime;
            var claims = work();
            var spent = Environment.CpuUsage.TotalTime - before;
            if (claims != count)
                throw new InvalidOperationException($"{name}: {claims} claims of {count}");
            if (print)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"result {name} {spent.TotalMilliseconds:0.0} {claims}"));
        }
    }

    private static long Write(Stream file, int count)
    {
        Findings findings = new();
        var envelope = new OutgoingEnvelope("ZZ", "IPSHARBOR", "ZZ", "ALLIANCENC", new(2026, 11, 27, 9, 15, 0, TimeSpan.Zero), 7, 7, IsTest: true);
        ClaimBatch batch = new("BATCH-7", envelope.Created, false, "HARBOR WORKS", "IPSHARBOR", "BILLING", "9195551212", "ALLIANCE HEALTH", "ALLIANCENC");
        return ProfessionalClaimWriter.Write(file, envelope, batch, Enumerable.Range(1, count).Select(Claim), findings) ? count : 0;
    }

    private static ProfessionalClaim Claim(int number)
    {
        var day = FirstDay.AddDays(number % 80);
        return new()
        {
            Claim = $"HW-{number}",
            Billing = Agency,
            Payer = Payer,
            Place = "99",
            Authorization = "ALN000123",
            Diagnoses = ["F200", "F1020"],
            Subscriber = new("DOE", "PAT", null, null, $"94{number:0000000}K", new(1988, 2, 29), "F", Street),
            Lines = [Line(1, 24.63m), Line(2, 172.41m)],
        };

        ServiceLine Line(int line, decimal charge) => new(new("HC", "H2023", ["U4", "Z1"]), charge, line, new(day, day), $"L-{number}-{line}", [1]);
    }

    private static long Segments(Stream file)
    {
        using X12Reader reader = new(file);
        long claims = 0;
        while (reader.Read())
            claims += reader.Current.Is("CLM"u8) ? 1 : 0;
        return claims;
    }

    /// <summary>As the parsers of npm do: every element becomes a string.</summary>
    private static long Strings(Stream file)
    {
        using X12Reader reader = new(file);
        long claims = 0;
        while (reader.Read())
            claims += reader.Current.Texts().Length > 0 && reader.Current.IdText == "CLM" ? 1 : 0;
        return claims;
    }

    private static long Loops(Stream file)
    {
        using TransactionReader reader = new(file);
        long claims = 0;
        while (reader.Read())
            claims += reader.Current.Is("CLM"u8) ? 1 : 0;
        return reader.Envelope.Findings.Errors == 0 ? claims : 0;
    }

    private static long Claims(Stream file) => X12Documents.Read(file).OfType<ProfessionalClaims>().Sum(c => (long)c.Claims.Count);

    private static long Validate(Stream file)
    {
        var report = X12Validator.Check(file);
        return report.IsAcceptable ? Segments(Rewound(file)) : 0;
    }

    private static Stream Rewound(Stream file)
    {
        file.Position = 0;
        return file;
    }

    /// <summary>One interchange with the same thousand claims in as many sets as wanted.</summary>
    private sealed class Repeating : Stream
    {
        private readonly byte[] set;
        private readonly byte[] head;
        private readonly int sets;
        private int done = -1;
        private MemoryStream part;

        public Repeating(int sets)
        {
            MemoryStream file = new();
            X12Claims.Write(file, 1000);
            var text = System.Text.Encoding.ASCII.GetString(file.ToArray());
            var from = text.IndexOf("~ST*", StringComparison.Ordinal) + 1;
            head = System.Text.Encoding.ASCII.GetBytes(text[..from]);
            set = System.Text.Encoding.ASCII.GetBytes(text[from..text.IndexOf("GE*", StringComparison.Ordinal)]);
            this.sets = sets;
            part = new(head);
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = part.Read(buffer, offset, count);
            if (read > 0 || done == sets)
                return read;
            done++;
            part = done < sets ? new(Numbered(done + 1)) : new(System.Text.Encoding.ASCII.GetBytes($"GE*{sets}*7~IEA*1*000000007~"));
            return part.Read(buffer, offset, count);
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private byte[] Numbered(int number)
        {
            var control = System.Text.Encoding.ASCII.GetBytes(number.ToString("0000", CultureInfo.InvariantCulture));
            var copy = set.ToArray();
            control.CopyTo(copy, "ST*837*".Length);
            control.CopyTo(copy, copy.AsSpan().LastIndexOf("*0001~"u8) + 1);
            return copy;
        }
    }
}
