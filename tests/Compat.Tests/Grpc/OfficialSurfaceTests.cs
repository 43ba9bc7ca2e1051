using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Xunit;

namespace Ips.Compat.Tests.Rpc;

/// <summary>The stand-ins against the official assemblies themselves: whatever those call has to be here, not only what a test happens to reach.</summary>
public sealed class OfficialSurfaceTests
{
    // Stands for every generic argument while a member is looked up.
    private static readonly Type[] Any = [.. Enumerable.Repeat(typeof(object), 8)];

    public static TheoryData<Assembly> Official => [typeof(GrpcServiceOptions).Assembly, typeof(GrpcChannel).Assembly];

    [Theory]
    [MemberData(nameof(Official))]
    public void Every_type_that_an_official_assembly_declares_can_be_loaded(Assembly official) => Assert.NotEmpty(official.GetTypes());

    [Theory]
    [MemberData(nameof(Official))]
    public void Every_member_that_an_official_assembly_calls_exists(Assembly official)
    {
        using var file = new PEReader(File.OpenRead(official.Location));
        var metadata = file.GetMetadataReader();
        var missing = new List<string>();
        var ours = 0;
        foreach (var handle in metadata.MemberReferences)
        {
            try
            {
                var member = official.ManifestModule.ResolveMember(MetadataTokens.GetToken(handle), Any, Any);
                ours += member?.Module.Assembly == typeof(Grpc.Core.Metadata).Assembly ? 1 : 0;
            }
            catch (TypeLoadException ex) when (ex.Message.Contains("violates the constraint", StringComparison.Ordinal))
            {
                // The member's type was found; only the generic argument that stands for all does not suit it.
            }
            catch (Exception ex) when (ex is MissingMemberException or TypeLoadException)
            {
                missing.Add(ex.Message);
            }
        }

        Assert.Equal("", string.Join(Environment.NewLine, missing));
        Assert.True(ours > 30, $"only {ours} members of Grpc.Core.Api were looked up");
    }

    [Theory]
    [InlineData(typeof(Grpc.Core.Metadata))]
    [InlineData(typeof(ICompressionProvider))]
    public void Stand_in_has_the_identity_that_the_official_assemblies_ask_for(Type type)
    {
        var name = type.Assembly.GetName();
        Assert.Equal(new Version(2, 0, 0, 0), name.Version);
        Assert.Equal("d754f35622e28bad", Convert.ToHexStringLower(name.GetPublicKeyToken()!));
    }
}
