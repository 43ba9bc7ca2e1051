using System.Globalization;
using System.Text;
using Xunit;

namespace Ips.X12.Tests;

/// <summary>
/// A remittance of any size is read claim by claim in constant memory, whole or cut off. With <c>IPS_X12_MEGABYTES=2048</c> it has 2 GB; the test suite reads less.
/// </summary>
public sealed class LargeRemittanceTests
{
    private const int Allowed = 8 * 1024 * 1024;
    private static readonly long Megabytes = long.TryParse(Environment.GetEnvironmentVariable("IPS_X12_MEGABYTES"), CultureInfo.InvariantCulture, out var given) ? given : 48;

    private const string Claim =
        "CLP*K0000001*1*24.63*24.63**MC*P1*12*1~NM1*QC*1*DOE*PAT****MI*945000001K~SVC*HC:H2023:Z1*24.63*24.63**1~DTM*472*20250304~REF*6R*M0000001~";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_remittance_is_read_in_constant_memory(bool truncated)
    {
        var claims = Megabytes * 1024 * 1024 / Claim.Length;
        var (read, paid) = (0L, 0m);
        var (first, most) = (0L, 0L);
        Findings findings = new();
        using RepeatingStream file = new(Head(claims), Claim, claims, truncated ? "CLP*K0000001*1*24." : Tail(claims));
        DocumentOptions options = new(OnClaim: claim =>
        {
            (read, paid) = (read + 1, paid + claim.Paid);
            if (read % (claims / 10) != 0)
                return;
            var live = GC.GetTotalMemory(forceFullCollection: true);
            first = first == 0 ? live : first;
            most = Math.Max(most, live);
        });
        var documents = X12Documents.Read(file, findings, options).ToList();
        Assert.True(most - first < Allowed, $"{first} bytes after a tenth of the claims, {most} at most");
        if (truncated)
        {
            // The claim that is cut off is read as far as it goes.
            Assert.InRange(read, claims, claims + 1);
            Assert.True(findings.Errors > 0);
            Assert.Contains(findings.Stored, f => f.IsError && f.At.Segment >= claims * 5);
        }
        else
        {
            Assert.Equal((claims, claims * 24.63m, 0L), (read, paid, findings.Errors));
            Assert.Equal(claims * 24.63m, Assert.IsType<Remittance>(Assert.Single(documents)).Payment.Amount);
        }
    }

    private static string Head(long claims) => string.Create(CultureInfo.InvariantCulture,
        $"""
        ISA*00*          *00*          *ZZ*ALLIANCENC     *ZZ*IPSHARBOR      *250310*0915*^*00501*000000101*0*T*:~
        GS*HP*ALLIANCENC*IPSHARBOR*20250310*0915*1*X*005010X221A1~ST*835*0001~
        BPR*I*{claims * 24.63m:0.00}*C*ACH*CCP*01*111000012*DA*1*1512345678**01*111000012*DA*2*20250310~TRN*1*ERA1*1512345678~DTM*405*20250310~
        N1*PR*ALLIANCE HEALTH~N3*5200 PARAMOUNT~N4*MORRISVILLE*NC*27560~PER*BL*EDI*TE*8005551212~N1*PE*HARBOR WORKS*XX*1234567893~LX*1~
        """);

    // ST to SE: 10 before the claims, 5 of each, SE.
    private static string Tail(long claims) => string.Create(CultureInfo.InvariantCulture, $"SE*{(claims * 5) + 11}*0001~GE*1*1~IEA*1*000000101~");

    /// <summary>A text, another one many times, and a third one, made while it is read.</summary>
    private sealed class RepeatingStream(string head, string body, long times, string tail) : Stream
    {
        private readonly byte[] repeated = Encoding.ASCII.GetBytes(body);
        private readonly byte[] last = Encoding.ASCII.GetBytes(tail);
        private byte[] now = Encoding.ASCII.GetBytes(head);
        private long left = times;
        private int at;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var written = 0;
            while (written < buffer.Length && Next())
            {
                var some = Math.Min(now.Length - at, buffer.Length - written);
                now.AsSpan(at, some).CopyTo(buffer[written..]);
                (at, written) = (at + some, written + some);
            }

            return written;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        // False at the end.
        private bool Next()
        {
            if (at < now.Length)
                return true;
            if (left < 0)
                return false;
            (now, at) = (left-- > 0 ? repeated : last, 0);
            return true;
        }
    }
}
