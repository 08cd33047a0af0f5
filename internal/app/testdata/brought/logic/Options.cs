using Altinn.App.Core.Features;

public class Options : IAppOptionsProvider
{
}
