using Ips.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Ips.Rpc.Tests;

public sealed class SecretFileTests
{
    [Fact]
    public void A_secret_is_read_from_a_file_named_like_its_variable()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "Authentication__ClientSecret"), "from a file\n");
            var builder = WebApplication.CreateBuilder(["--Secrets:Directory", folder.FullName]);

            builder.AddServiceDefaults();

            Assert.Equal("from a file", builder.Configuration["Authentication:ClientSecret"]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
