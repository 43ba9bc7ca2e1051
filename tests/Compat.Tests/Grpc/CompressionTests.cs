using System.IO.Compression;
using Grpc.Net.Compression;
using Xunit;

namespace Ips.Compat.Tests.Rpc;

public sealed class CompressionTests
{
    public static TheoryData<ICompressionProvider, int> Cases
    {
        get
        {
            var cases = new TheoryData<ICompressionProvider, int>();
            foreach (var length in new[] { 0, 1, 100_000 })
            {
                cases.Add(new GzipCompressionProvider(CompressionLevel.Fastest), length);
                cases.Add(new DeflateCompressionProvider(CompressionLevel.Fastest), length);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_was_compressed_comes_back_and_nothing_becomes_something(ICompressionProvider provider, int length)
    {
        byte[] message = [.. Enumerable.Repeat((byte)'x', length)];
        using var wire = new MemoryStream();
        using (var compressor = provider.CreateCompressionStream(wire, compressionLevel: null))
            compressor.Write(message);
        Assert.InRange(wire.Length, 8, 1_000);

        wire.Position = 0;
        using var back = new MemoryStream();
        using (var decompressor = provider.CreateDecompressionStream(wire))
            decompressor.CopyTo(back);
        Assert.Equal(message, back.ToArray());
        Assert.True(wire.CanRead, "the transport's stream stays open");
    }

    [Fact]
    public async Task Asynchronous_writes_are_compressed_too()
    {
        using var wire = new MemoryStream();
        await using (var compressor = new GzipCompressionProvider(CompressionLevel.Optimal).CreateCompressionStream(wire, CompressionLevel.SmallestSize))
        {
            await compressor.WriteAsync("async"u8.ToArray());
            await compressor.FlushAsync();
        }

        wire.Position = 0;
        using var reader = new StreamReader(new GZipStream(wire, CompressionMode.Decompress));
        Assert.Equal("async", await reader.ReadToEndAsync());
    }
}
