using System.IO.Compression;
using Google.Protobuf.Reflection;
using Ips.Testing;

namespace Ips.Contracts.Tests;

/// <summary>Runs buf, with the rules of contracts/buf.yaml, on the descriptors that the build embeds in the contract's assembly.</summary>
internal static class Buf
{
    /// <summary>The frozen contract: an image of the proto files, committed.</summary>
    public static string Frozen { get; } = Path.Combine(Contract.Root, "contracts", "baseline", "protos.binpb.gz");

    private static readonly string Rules = Path.Combine(Contract.Root, "contracts", "buf.yaml");

    /// <summary>The descriptors of the contract with their comments.</summary>
    public static FileDescriptorSet Current()
    {
        using var stream = typeof(ResourceName).Assembly.GetManifestResourceStream("proto-comments.pb")!;
        return FileDescriptorSet.Parser.ParseFrom(stream);
    }

    /// <summary>The descriptors of the frozen contract.</summary>
    public static FileDescriptorSet ReadFrozen()
    {
        using var file = new GZipStream(File.OpenRead(Frozen), CompressionMode.Decompress);
        return FileDescriptorSet.Parser.ParseFrom(file);
    }

    /// <summary>What the linter finds; empty when nothing.</summary>
    public static Task<string> Lint(FileDescriptorSet files) => Run(files, image => ["lint", image, "--config", Rules]);

    /// <summary>The breaking changes from one contract to another; empty when there are none.</summary>
    public static Task<string> Breaks(FileDescriptorSet from, FileDescriptorSet to) =>
        With(from, before => Run(to, after => ["breaking", after, "--against", before, "--config", Rules]));

    /// <summary>Makes the contract the frozen one.</summary>
    public static Task<string> Freeze(FileDescriptorSet files) => Run(files, image => ["build", image, "--exclude-source-info", "-o", Frozen]);

    private static Task<string> Run(FileDescriptorSet files, Func<string, string[]> command) => With(files, async image =>
    {
        var (exitCode, output) = await NodePeers.RunProgram("buf", command(image));
        return exitCode == 0 ? "" : output.Length > 0 ? output : $"buf ended with {exitCode}";
    });

    private static async Task<string> With(FileDescriptorSet files, Func<string, Task<string>> work)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.binpb");
        try
        {
            await File.WriteAllBytesAsync(path, Google.Protobuf.MessageExtensions.ToByteArray(files));
            return await work(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
